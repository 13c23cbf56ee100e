//! The members of the group.

use chat_types::{
    UnixSeconds,
    group::{GroupMember, MemberToImport, MsgFlag, Role},
};

use crate::migration::Omitted;

/// What is needed to tell what a member loses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: UnixSeconds,
    /// Sequence number of the newest message.
    pub(super) newest: u64,
}

/// A member as a record, and what of it is left out. The owner must not come here.
pub(super) fn carry(member: GroupMember, at: Moment, omitted: &mut Omitted) -> MemberToImport {
    note_losses(&member, at, omitted);
    let mut import = MemberToImport::new(member.member_account);
    import.join_time = member.join_time.filter(|time| time.get() > 0);
    import.role = match member.role {
        Some(Role::Admin) => Some(Role::Admin),
        Some(Role::Member) | None => None,
        Some(_) => {
            omitted.roles += 1;
            None
        }
    };
    import
}

fn note_losses(member: &GroupMember, at: Moment, omitted: &mut Omitted) {
    let muted_until = member.mute_until.or(member.shut_up_until);
    let losses = [
        (&mut omitted.name_cards, member.name_card.as_ref().is_some_and(|card| !card.is_empty())),
        (&mut omitted.member_custom_fields, !member.app_member_defined_data.is_empty()),
        (&mut omitted.mutes, muted_until.is_some_and(|time| time > at.now)),
        (
            &mut omitted.receive_options,
            member.msg_flag.as_ref().is_some_and(|flag| *flag != MsgFlag::AcceptAndNotify),
        ),
        (&mut omitted.unread_counts, member.msg_seq.is_some_and(|read| read < at.newest)),
    ];
    for (count, is_lost) in losses {
        *count += u64::from(is_lost);
    }
}
