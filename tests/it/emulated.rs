//! Jobs against the emulator, over real HTTP.

use std::time::Duration;

use chat_admin::{Admin, types::group::Role};
use chat_arbitrary::arbitrary;
use chat_emulator::{Emulator, LastPage, QuotaMode};
use chat_transport::Client;
use chat_types::{
    GroupType, UserId,
    account::AccountToImport,
    clock::ManualClock,
    group::{CreateGroup, GetGroupBanMember, GetGroupMutedAccount},
    typed,
};
use chat_usersig::SecretKey;
use proptest::prelude::*;

use crate::jobs::block_on;

const LIVE: &str = "@TGS#aJRGC4MH6";

#[test]
fn moderator_mutes_lists_bans_and_unbans() {
    block_on(async {
        let clock = ManualClock::at(1_700_000_000);
        let emulator =
            Emulator::builder().clock(clock.clone()).quotas(QuotaMode::Off).start().await.unwrap();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        let admin = admin(&emulator, clock.clone());
        app.create_group(LIVE, GroupType::AVChatRoom).unwrap();
        let crowd = || (0..1_203).map(|number| format!("viewer{number}"));
        assert_eq!(app.join(LIVE, crowd()).unwrap(), 1_203);
        let live = admin.group(LIVE);

        let report = live.mute(crowd()).for_duration(Duration::from_secs(60)).run().await;
        assert_eq!((report.summary.calls, report.summary.done), (3, 1_203));
        let muted = live.muted_members().await.unwrap();
        assert_eq!(muted.len(), 1_203);
        assert_eq!(muted[0].muted_until.unwrap().get(), 1_700_000_060);

        let report = live.ban(crowd().take(250)).for_duration(Duration::from_secs(600)).run().await;
        assert_eq!((report.summary.calls, report.summary.done), (13, 250));
        let banned: Vec<_> = live.banned_members().all().await.unwrap();
        let accounts: Vec<String> =
            banned.iter().map(|entry| entry.member_account.to_string()).collect();
        assert_eq!(accounts, crowd().take(250).collect::<Vec<_>>());
        assert_eq!(app.member_count(LIVE).unwrap(), 953);

        let report = live.unban(crowd().take(250)).run().await;
        assert!(report.summary.is_complete());
        assert_eq!(live.banned_members().count().await.unwrap(), 0);

        clock.advance_seconds(60);
        assert!(live.muted_members().await.unwrap().is_empty());
    });
}

#[test]
fn community_is_created_filled_and_emptied() {
    block_on(async {
        let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await.unwrap();
        let admin = admin_of(&emulator);
        let names = || (0..730).map(|number| format!("member{number}"));
        let report = admin.accounts().import(names().map(AccountToImport::new)).run().await;
        assert_eq!((report.summary.calls, report.summary.done), (8, 730));

        let create = CreateGroup::new(GroupType::Community, "town").owner_account("member0");
        let town = admin.group(admin.groups().create(&create).await.unwrap());
        let report = town.add_members(names()).silently().run().await;
        assert!(report.summary.is_complete(), "{}", report.summary);
        let members: Vec<_> = town.members().all().await.unwrap();
        assert_eq!(members.len(), 730);
        assert_eq!(members.iter().filter(|member| member.role == Some(Role::Owner)).count(), 1);

        let report = town.remove_members(names().skip(1)).with_reason("cleaning").run().await;
        assert_eq!((report.summary.calls, report.summary.done), (8, 729));
        assert_eq!(town.members().count().await.unwrap(), 1);
        assert!(town.info().await.unwrap().is_some());
        town.destroy().await.unwrap();
        assert!(town.info().await.unwrap().is_none());
    });
}

#[test]
fn unsupported_group_type_fails_every_account() {
    block_on(async {
        let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await.unwrap();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        app.create_group("work", GroupType::Private).unwrap();
        let report = admin_of(&emulator).group("work").mute(["a", "b"]).run().await;
        assert_eq!((report.summary.failed, report.summary.done), (2, 0));
        let error = report.first_error().unwrap();
        assert!(error.is_api() && !error.is_retryable(), "{error}");
    });
}

#[test]
fn every_account_is_reported_when_the_emulator_shuts_down() {
    block_on(async {
        let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await.unwrap();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        app.create_group(LIVE, GroupType::AVChatRoom).unwrap();
        let group = admin_of(&emulator).group(LIVE);
        let crowd = (0..10_000).map(|number| format!("viewer{number}"));
        let mut running = group.mute(crowd).concurrency(2).retry_for(Duration::ZERO).start();
        let mut emulator = Some(emulator);
        let mut summary = chat_admin::Summary::default();
        while let Some(chunk) = running.next().await {
            summary.add(chunk.summary());
            if chunk.number == 4
                && let Some(emulator) = emulator.take()
            {
                emulator.shutdown().await;
            }
        }
        assert_eq!(summary.items(), 10_000);
        assert!(summary.done >= 2_500, "{summary}");
        assert!(summary.failed > 0, "{summary}");
    });
}

#[test]
fn signature_from_a_wrong_clock_is_refused() {
    block_on(async {
        let emulator = Emulator::builder()
            .clock(ManualClock::at(1_700_000_000))
            .quotas(QuotaMode::Off)
            .start()
            .await
            .unwrap();
        for (clock, code) in [(1_700_100_000_u64, 70009), (1_690_000_000, 70001)] {
            let admin = admin(&emulator, ManualClock::at(clock));
            let request = GetGroupMutedAccount::new("g");
            let error = admin.client().call(&request).await.unwrap_err();
            assert_eq!(error.code().unwrap().get(), code, "{error}");
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn ban_list_is_complete_for_any_page_size(
        length in 0..260_usize,
        size in 1..101_u32,
        extra_page in any::<bool>(),
    ) {
        let banned = block_on(async {
            let last = if extra_page { LastPage::FollowedByEmpty } else { LastPage::Marked };
            let emulator =
                Emulator::builder().quotas(QuotaMode::Off).last_page(last).start().await.unwrap();
            let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
            app.create_group(LIVE, GroupType::AVChatRoom).unwrap();
            let admin = admin_of(&emulator);
            let names: Vec<UserId> =
                (0..length).map(|number| UserId::new(format!("viewer{number}"))).collect();
            assert!(admin.group(LIVE).ban(names).run().await.is_complete());
            let pages = admin.pages(GetGroupBanMember::new(LIVE)).page_size(size);
            pages.all().await.unwrap()
        });
        let names: Vec<String> = banned.iter().map(|entry| entry.member_account.to_string()).collect();
        let expected: Vec<String> = (0..length).map(|number| format!("viewer{number}")).collect();
        prop_assert_eq!(names, expected);
    }

    #[test]
    fn emulator_understands_any_valid_request(seed: u64) {
        block_on(async {
            let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await.unwrap();
            let client = admin_of(&emulator).client().with_checks(false);
            for endpoint in typed::all() {
                let spec = endpoint.spec();
                if !emulator.emulates(spec) {
                    continue;
                }
                let request = arbitrary(seed).request(spec).to_string();
                let written = endpoint.read_request(request.as_bytes()).unwrap();
                let response = client.call_json(spec, written).await;
                let Err(error) = response else { continue };
                let code = error.code().unwrap_or_else(|| panic!("{}: {error}", spec.id()));
                let service = spec.service_spec().unwrap();
                assert_ne!(code, service.unknown_command_code, "{}: {error}", spec.id());
                // Some services have one code for what is not JSON and for any other mistake.
                if service.invalid_json_code != service.invalid_parameter_code {
                    assert_ne!(code, service.invalid_json_code, "{}: {error}", spec.id());
                }
            }
        });
    }
}

fn admin_of(emulator: &Emulator) -> Admin {
    admin(emulator, chat_types::clock::SystemClock)
}

fn admin(emulator: &Emulator, clock: impl chat_types::clock::Clock + 'static) -> Admin {
    let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
    let client = Client::builder(Emulator::DEFAULT_APP, key)
        .endpoint(emulator.url())
        .clock(clock)
        .quota(chat_transport::Quota::unlimited())
        .build()
        .unwrap();
    Admin::new(client)
}
