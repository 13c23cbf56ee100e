mod clean;
mod copy;
mod export;

use std::time::Duration;

use chat_admin::Admin;
use chat_types::{
    Endpoint as _, ErrorCode, GroupId, GroupType, TopicId, UnixSeconds,
    group::{
        BannedAccount, CreateGroup, GetGroupInfo, GroupInfo, GroupInfoFilter, GroupMember,
        MutedAccount, Role,
    },
};
use clap::{Args, Subcommand};
use futures_util::{
    StreamExt,
    stream::{self, Stream},
};
use serde::Serialize;
use serde_json::{Value, json};

use self::{clean::Clean, copy::Copy, export::Export};
use crate::{
    catalog,
    commands::wait_for,
    duration,
    error::{Error, Exit},
    interrupt::{self, Interrupts},
    job::{JobOptions, ListJob},
    output::{OneLine, Output, table},
    removal::Removal,
    settings::Settings,
    values::{group_id, group_type, role, topic},
};

/// Groups and their members
#[derive(Debug, Args)]
pub(crate) struct Group {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create a group and print its id
    #[command(after_help = "Example:\n  chatctl group create lobby --type AVChatRoom --name Lobby")]
    Create(Create),
    /// List the ids of all groups of the app
    #[command(after_help = "Example:\n  chatctl group list --type Community")]
    List {
        /// Only groups of this type
        #[arg(long = "type", value_name = "TYPE", value_parser = group_type)]
        group_type: Option<GroupType>,
    },
    /// Show the profile of a group
    #[command(after_help = "Example:\n  chatctl group show lobby")]
    Show(Target),
    /// Disband a group for good
    #[command(after_help = "Example:\n  chatctl group destroy lobby")]
    Destroy(Target),
    /// List the members of a group
    #[command(after_help = "Example:\n  chatctl group members lobby --role Admin")]
    Members {
        #[command(flatten)]
        target: Target,
        /// Only members with this role: Owner, Admin or Member
        #[arg(long, value_parser = role)]
        role: Option<Role>,
    },
    /// Add members
    #[command(after_help = "Example:\n  chatctl group add lobby peter leckie --silent")]
    Add {
        #[command(flatten)]
        target: Target,
        /// Tell nobody
        #[arg(long)]
        silent: bool,
        #[command(flatten)]
        list: ListJob,
    },
    /// Remove members; accounts that are no members count as done
    #[command(
        after_help = "Example:\n  chatctl group remove lobby --members-file spammers.txt --silent"
    )]
    Remove {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        removal: Removal,
        #[command(flatten)]
        list: ListJob,
    },
    /// Mute members, for a time or for good
    #[command(after_help = "Example:\n  chatctl group mute lobby peter leckie --for 15m")]
    Mute(Mute),
    /// Lift the muting of members
    #[command(after_help = "Example:\n  chatctl group unmute lobby peter leckie")]
    Unmute {
        #[command(flatten)]
        target: Target,
        /// In this topic of a community
        #[arg(long, value_name = "TOPIC", value_parser = topic)]
        topic: Option<TopicId>,
        #[command(flatten)]
        list: ListJob,
    },
    /// List who is muted, and until when
    #[command(after_help = "Example:\n  chatctl group muted lobby")]
    Muted {
        #[command(flatten)]
        target: Target,
        /// In this topic of a community
        #[arg(long, value_name = "TOPIC", value_parser = topic)]
        topic: Option<TopicId>,
    },
    /// Ban members of an audio-video group
    #[command(
        after_help = "Example:\n  chatctl group ban lobby --members-file spammers.txt --for 7d"
    )]
    Ban {
        #[command(flatten)]
        target: Target,
        /// For how long, such as 90s, 15m, 12h or 7d [default: 136 years]
        #[arg(long = "for", value_name = "TIME", value_parser = duration::parse)]
        period: Option<Duration>,
        #[command(flatten)]
        list: ListJob,
    },
    /// Lift bans; it does not put the users back into the group
    #[command(after_help = "Example:\n  chatctl group unban lobby peter")]
    Unban {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        list: ListJob,
    },
    /// List who is banned from an audio-video group, and until when
    #[command(after_help = "Example:\n  chatctl group banned lobby")]
    Banned(Target),
    Clean(Clean),
    Export(Export),
    Copy(Copy),
}

#[derive(Debug, Args)]
struct Target {
    /// The group's id
    #[arg(value_name = "GROUP", value_parser = group_id)]
    group: GroupId,
}

#[derive(Debug, Args)]
struct Create {
    /// An id of one's own; the service assigns one without
    #[arg(value_name = "GROUP", value_parser = group_id)]
    group: Option<GroupId>,

    /// Private, Public, ChatRoom, AVChatRoom or Community
    #[arg(long = "type", value_name = "TYPE", value_parser = group_type)]
    group_type: GroupType,

    /// Name of the group
    #[arg(long)]
    name: String,

    /// Account that owns it
    #[arg(long, value_name = "ACCOUNT")]
    owner: Option<String>,

    /// Lets a community have topics
    #[arg(long)]
    topics: bool,
}

#[derive(Debug, Args)]
struct Mute {
    #[command(flatten)]
    target: Target,

    /// For how long, such as 90s, 15m, 12h or 7d
    #[arg(long = "for", value_name = "TIME", value_parser = duration::parse,
          required_unless_present = "forever")]
    period: Option<Duration>,

    /// For good
    #[arg(long, conflicts_with = "period")]
    forever: bool,

    /// In this topic of a community
    #[arg(long, value_name = "TOPIC", value_parser = topic)]
    topic: Option<TopicId>,

    #[command(flatten)]
    list: ListJob,
}

impl Group {
    pub(crate) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let action = self.action;
        match action {
            Action::Create(create) => wait_for(create.run(&settings.admin()?, out)),
            Action::List { group_type } => wait_for(list(&settings.admin()?, group_type, out)),
            Action::Show(target) => wait_for(show(&settings.admin()?, &target, out)),
            Action::Destroy(target) => wait_for(destroy(&settings.admin()?, &target)),
            Action::Members { target, role } => {
                wait_for(members(&settings.admin()?, &target, role, out))
            }
            Action::Muted { target, topic } => {
                wait_for(muted(&settings.admin()?, &target, topic, out))
            }
            Action::Banned(target) => wait_for(banned(&settings.admin()?, &target, out)),
            Action::Add { target, list, silent } => {
                let group = target.of(&settings.admin()?);
                list.run("adding", settings, out, |accounts| {
                    let job = group.add_members(accounts);
                    if silent { job.silently() } else { job }
                })
            }
            Action::Remove { target, removal, list } => {
                let group = target.of(&settings.admin()?);
                list.run("removing", settings, out, |accounts| {
                    removal.apply(group.remove_members(accounts))
                })
            }
            Action::Mute(mute) => mute.run(settings, out),
            Action::Unmute { target, list, topic } => {
                let group = target.of(&settings.admin()?);
                list.run("unmuting", settings, out, |accounts| {
                    let job = group.unmute(accounts);
                    match topic {
                        Some(topic) => job.in_topic(topic),
                        None => job,
                    }
                })
            }
            Action::Ban { target, list, period } => {
                let group = target.of(&settings.admin()?);
                list.run("banning", settings, out, |accounts| {
                    let job = group.ban(accounts);
                    match period {
                        Some(period) => job.for_duration(period),
                        None => job,
                    }
                })
            }
            Action::Unban { target, list } => {
                let group = target.of(&settings.admin()?);
                list.run("unbanning", settings, out, |accounts| group.unban(accounts))
            }
            Action::Clean(clean) => clean.run(settings, out),
            Action::Export(export) => wait_for(export.run(&settings.admin()?, out)),
            Action::Copy(copy) => copy.run(settings, out),
        }
    }

    /// How it runs its job, where it runs one.
    pub(crate) fn job_options_mut(&mut self) -> Option<&mut JobOptions> {
        match &mut self.action {
            Action::Add { list, .. }
            | Action::Remove { list, .. }
            | Action::Mute(Mute { list, .. })
            | Action::Unmute { list, .. }
            | Action::Ban { list, .. }
            | Action::Unban { list, .. } => Some(&mut list.options),
            Action::Copy(copy) => Some(copy.job_options_mut()),
            _ => None,
        }
    }
}

impl Target {
    fn of(&self, admin: &Admin) -> chat_admin::Group {
        admin.group(&self.group)
    }
}

impl Create {
    async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let mut request = CreateGroup::new(self.group_type, self.name);
        request.group_id = self.group;
        request.owner_account = self.owner.map(Into::into);
        request.support_topic = self.topics.then_some(true);
        let groups = admin.groups();
        let id = interrupt::or_give_up(async { Ok(groups.create(&request).await?) }).await?;
        if out.is_json() {
            out.json(&json!({ "GroupId": id }))?;
        } else {
            out.line(id)?;
        }
        Ok(Exit::Done)
    }
}

impl Mute {
    fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, list, period, topic, .. } = self;
        let group = target.of(&settings.admin()?);
        list.run("muting", settings, out, |accounts| {
            let job = group.mute(accounts);
            let job = match period {
                Some(period) => job.for_duration(period),
                None => job.forever(),
            };
            match topic {
                Some(topic) => job.in_topic(topic),
                None => job,
            }
        })
    }
}

async fn show(admin: &Admin, target: &Target, out: &mut Output) -> Result<Exit, Error> {
    let info = interrupt::or_give_up(profile(admin, &target.group, out)).await?;
    let profile = serde_json::to_value(&info).unwrap_or_default();
    if out.is_json() {
        out.json(&profile)?;
        return Ok(Exit::Done);
    }
    let mut rows = table(["FIELD", "VALUE"]);
    for (name, value) in profile.as_object().into_iter().flatten() {
        let value = match value {
            Value::String(text) => OneLine(text).to_string(),
            Value::Array(items) if name == "MemberList" => format!("{} members", items.len()),
            Value::Array(items) if items.is_empty() => continue,
            other => other.to_string(),
        };
        rows.add_row([name, &value]);
    }
    out.table(&rows)?;
    Ok(Exit::Done)
}

/// The profile of a group, with its members unless they are too many for one response.
async fn profile(admin: &Admin, group: &GroupId, out: &Output) -> Result<GroupInfo, Error> {
    let request = GetGroupInfo::new([group]);
    let mut response = admin.client().call(&request).await;
    if response.as_ref().is_err_and(|error| error.code() == Some(ErrorCode::ANSWER_TOO_LARGE)) {
        out.note("the group is too large to show its members and custom fields along with it");
        let filter = GroupInfoFilter::new().group_base_info_filter(profile_fields());
        response = admin.client().call(&request.response_filter(filter)).await;
    }
    let infos = response?.into_body().group_info;
    let info = infos.into_iter().next().unwrap_or_default();
    if info.error_code == ErrorCode::OK {
        return Ok(info);
    }
    let why = info.error_info.unwrap_or_default();
    Err(Error::group_not_shown(group, info.error_code, &why))
}

/// The names of all plain fields of a profile. What always comes along cannot be asked for.
fn profile_fields() -> impl Iterator<Item = &'static str> {
    let always = ["GroupId", "ErrorCode", "ErrorInfo"];
    GetGroupInfo::SPEC
        .response
        .iter()
        .filter_map(|field| catalog::fields(&field.kind))
        .flatten()
        .filter(|field| catalog::fields(&field.kind).is_none())
        .map(|field| field.name)
        .filter(move |name| !always.contains(name))
}

async fn destroy(admin: &Admin, target: &Target) -> Result<Exit, Error> {
    let group = target.of(admin);
    interrupt::or_give_up(async { Ok(group.destroy().await?) }).await?;
    Ok(Exit::Done)
}

async fn list(
    admin: &Admin,
    group_type: Option<GroupType>,
    out: &mut Output,
) -> Result<Exit, Error> {
    let groups = admin.groups();
    let ids = match group_type {
        Some(group_type) => groups.list_of(group_type),
        None => groups.list(),
    };
    print_list(ids, |entry| vec![entry.group_id.to_string()], out).await
}

async fn members(
    admin: &Admin,
    target: &Target,
    role: Option<Role>,
    out: &mut Output,
) -> Result<Exit, Error> {
    let request = chat_types::group::GetGroupMemberInfo::new(&target.group);
    let members = admin.pages(request.member_role_filter(role));
    print_list(members, member_row, out).await
}

fn member_row(member: &GroupMember) -> Vec<String> {
    let time = |time: Option<UnixSeconds>| match time {
        Some(time) if time.get() > 0 => time.to_string(),
        _ => String::new(),
    };
    vec![
        member.member_account.to_string(),
        member.role.as_ref().map(ToString::to_string).unwrap_or_default(),
        time(member.join_time),
        time(member.mute_until),
    ]
}

async fn muted(
    admin: &Admin,
    target: &Target,
    topic: Option<TopicId>,
    out: &mut Output,
) -> Result<Exit, Error> {
    let group = target.of(admin);
    let list = interrupt::or_give_up(async {
        Ok(match topic {
            Some(topic) => group.muted_members_of_topic(topic).await?,
            None => group.muted_members().await?,
        })
    })
    .await?;
    let list = stream::iter(list.into_iter().map(Ok::<_, Error>));
    let row =
        |entry: &MutedAccount| vec![entry.member_account.to_string(), until(entry.muted_until)];
    print_list(list, row, out).await
}

async fn banned(admin: &Admin, target: &Target, out: &mut Output) -> Result<Exit, Error> {
    let entries = target.of(admin).banned_members();
    let row =
        |entry: &BannedAccount| vec![entry.member_account.to_string(), until(entry.banned_until)];
    print_list(entries, row, out).await
}

fn until(time: Option<UnixSeconds>) -> String {
    time.map(|time| time.to_string()).unwrap_or_default()
}

/// Prints a list as it comes: rows of text, or the items of a JSON array as the service writes them.
/// Nothing is kept.
async fn print_list<T: Serialize, E: Into<Error>>(
    items: impl Stream<Item = Result<T, E>>,
    row: impl Fn(&T) -> Vec<String>,
    out: &mut Output,
) -> Result<Exit, Error> {
    let mut items = std::pin::pin!(items);
    let mut interrupts = Interrupts::listen();
    let is_json = out.is_json();
    let mut count = 0_u64;
    let outcome = loop {
        let item = tokio::select! {
            item = items.next() => item,
            () = interrupts.next() => {
                break Err(Error::interrupted("interrupted before the end of the list"));
            }
        };
        let item = match item {
            None => break Ok(Exit::Done),
            Some(Err(error)) => break Err(error.into()),
            Some(Ok(item)) => item,
        };
        if is_json {
            out.text(if count == 0 { "[\n  " } else { ",\n  " })?;
            out.json_part(&item)?;
        } else {
            let cells: Vec<String> =
                row(&item).iter().map(|cell| format!("{:24}", OneLine(cell))).collect();
            out.line(cells.join("  ").trim_end())?;
        }
        count += 1;
    };
    match (is_json, count, &outcome) {
        // A list that could not be read is not an empty one.
        (true, 0, Err(_)) => {}
        (true, 0, Ok(_)) => out.line("[]")?,
        (true, ..) => out.despite_closed_pipe(|out| out.line("\n]"))?,
        (false, ..) => out.note(format_args!("{count} in all")),
    }
    outcome
}
