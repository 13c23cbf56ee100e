//! The members of the group.

use chat_types::{
    UnixSeconds,
    group::{GroupMember, MemberToImport, MsgFlag, Role},
};

use crate::migration::Omitted;

/// What determines whether something of a member is lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct MemberContext {
    pub(super) now: UnixSeconds,
    /// The sequence number of the newest message.
    pub(super) newest_seq: u64,
}

/// Converts a member other than the owner into a record, and counts what the record omits.
pub(super) fn convert(
    member: GroupMember,
    context: MemberContext,
    omitted: &mut Omitted,
) -> MemberToImport {
    count_omissions(&member, context, omitted);
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

fn count_omissions(member: &GroupMember, context: MemberContext, omitted: &mut Omitted) {
    let muted_until = member.mute_until;
    let omissions = [
        (&mut omitted.name_cards, member.name_card.as_ref().is_some_and(|card| !card.is_empty())),
        (&mut omitted.member_custom_fields, !member.app_member_defined_data.is_empty()),
        (&mut omitted.mutes, muted_until.is_some_and(|time| time > context.now)),
        (
            &mut omitted.receive_options,
            member.msg_flag.as_ref().is_some_and(|flag| *flag != MsgFlag::AcceptAndNotify),
        ),
        (&mut omitted.unread_counts, member.msg_seq.is_some_and(|read| read < context.newest_seq)),
    ];
    for (count, is_omitted) in omissions {
        *count += u64::from(is_omitted);
    }
}
