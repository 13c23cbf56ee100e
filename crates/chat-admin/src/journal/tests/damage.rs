//! A damaged journal is refused, and never says something else than what was written.

use super::{super::encoding::seal, *};

/// A journal with every kind of line.
fn journal() -> Vec<u8> {
    let folder = Folder::new();
    let (writer, _) = Journal::create(folder.path()).unwrap().started(header()).unwrap();
    let not_done = vec![
        NotDoneItems { indices: [1].into_iter().collect(), outcome: failed(10019) },
        NotDoneItems { indices: [2].into_iter().collect(), outcome: NotDone::Pending },
    ];
    for line in [
        Line::Settled(Settled { part: part(0, 0..4), not_done }),
        Line::Input(Extent { chunks: 2, items: 8 }),
        Line::Sent(part(1, 0..4)),
        Line::Refused(part(1, 0..4)),
        Line::Sent(part(1, 0..2)),
    ] {
        writer.submit(&line).unwrap();
    }
    drop(writer);
    fs::read(folder.path()).unwrap()
}

/// Opens a journal with this content, and returns what it says.
fn read(content: &[u8]) -> Result<String, JournalError> {
    let folder = Folder::new();
    fs::write(folder.path(), content).unwrap();
    let (_, history) = Journal::resume(folder.path())?.started(header())?;
    Ok(format!("{history:?}"))
}

fn problem(lines: &[&str]) -> String {
    let header = serde_json::to_string(&Line::Job(header())).unwrap();
    let lines = [header.as_str()].into_iter().chain(lines.iter().copied());
    let text: Vec<u8> = lines.flat_map(|line| seal(line.as_bytes().to_vec())).collect();
    read(&text).unwrap_err().to_string()
}

#[test]
fn every_damaged_bit_is_noticed_or_harmless() {
    let whole = journal();
    let expected = read(&whole).unwrap();
    let mut harmless = 0;
    for bit in 0..whole.len() * 8 {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        match read(&damaged) {
            Ok(found) => {
                assert_eq!(found, expected, "bit {bit}");
                harmless += 1;
            }
            Err(error) => assert!(!error.is_io(), "bit {bit}: {error}"),
        }
    }
    assert!(harmless <= 8, "only the line ending of the last line is not needed: {harmless}");
}

#[test]
fn damaged_line_ending_of_the_last_call_does_not_forget_it() {
    let whole = journal();
    let expected = read(&whole).unwrap();
    let end = whole.len() - 1;
    assert_eq!(read(&whole[..end]).unwrap(), expected);
    let folder = Folder::new();
    fs::write(folder.path(), [&whole[..end], b"K"].concat()).unwrap();
    let (writer, _) = Journal::resume(folder.path()).unwrap().started(header()).unwrap();
    writer.submit(&Line::Sent(part(1, 2..4))).unwrap();
    drop(writer);
    assert!(fs::read(folder.path()).unwrap().starts_with(&whole), "the line ending is restored");
    assert!(Journal::resume(folder.path()).is_ok());
}

#[test]
fn file_of_another_kind_is_refused_with_the_line_number() {
    for (text, expected) in [
        ("peter\nleckie\n", "line 1 is not a line of a journal: it has no checksum"),
        ("{\"job\":{}}\n", "line 1 is not a line of a journal: it has no checksum"),
    ] {
        let error = read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let input = seal(br#"{"input":{"chunks":1,"items":1}}"#.to_vec());
    assert!(read(&input).unwrap_err().to_string().contains("must describe the job"));
    let future = Header { version: VERSION + 1, ..header() };
    let future = seal(serde_json::to_vec(&Line::Job(future)).unwrap());
    assert!(read(&future).unwrap_err().to_string().contains("version 3"));
    let header = serde_json::to_string(&Line::Job(header())).unwrap();
    assert!(problem(&[&header]).contains("line 2"));
}

#[test]
fn unknown_keys_are_refused() {
    for line in [
        r#"{"input":{"chunks":1,"items":1,"pages":1}}"#,
        r#"{"output":{"chunks":1,"items":1}}"#,
        r#"{"sent":{"chunk":0,"length":4,"digest":"0","indices":[[0,1]],"but":[]}}"#,
        r#"{"settled":{"part":{"chunk":0,"length":4,"digest":"0","indices":[[0,1]]},"cut":[]}}"#,
    ] {
        let problem = problem(&[line]);
        assert!(problem.contains("unknown"), "{line}: {problem}");
    }
}

#[test]
fn impossible_lines_are_refused() {
    let sent = |chunk: u64, length: usize, indices: &str| {
        format!(
            r#"{{"sent":{{"chunk":{chunk},"length":{length},"digest":"0","indices":{indices}}}}}"#
        )
    };
    let end = r#"{"input":{"chunks":1,"items":4}}"#;
    for indices in ["[]", "[[8,7]]", "[[0,9]]", "[[1,1]]", "[[2,4],[0,1]]", "[[0,2],[1,4]]"] {
        problem(&[&sent(0, 4, indices)]);
    }
    for length in [501, 1_000_000, 99_999_999_999] {
        assert!(problem(&[&sent(0, length, "[[0,1]]")]).contains("too large"), "{length}");
    }
    assert!(problem(&[end, &sent(1, 4, "[[0,1]]")]).contains("beyond the end"));
    assert!(problem(&[&sent(1, 4, "[[0,1]]"), end]).contains("contradicts"));
    assert!(problem(&[r#"{"input":{"chunks":5,"items":4}}"#]).contains("contradicts"));
    for outcomes in [
        r#"[{"indices":[[0,1]],"outcome":"pending"}]"#,
        r#"[{"indices":[[1,2]],"outcome":"pending"},{"indices":[[1,2]],"outcome":"pending"}]"#,
    ] {
        let part = r#"{"chunk":0,"length":4,"digest":"0","indices":[[1,2]]}"#;
        let line = format!(r#"{{"settled":{{"part":{part},"not_done":{outcomes}}}}}"#);
        assert!(problem(&[&line]).contains("outcomes of other items, or several of one"));
    }
}

#[test]
fn long_reasons_are_not_multiplied() {
    // A reason of a megabyte for each of 500 items takes a megabyte.
    let failure = Failure::of_item(ForbidSendMsg::SPEC, Some(10019), &"x".repeat(1 << 20));
    let outcome = NotDone::Failed(failure.facts().clone());
    let part = ChunkPart { length: 500, indices: (0..500).collect(), ..part(0, 0..4) };
    let indices = (0..500).collect();
    let settled = Settled { part, not_done: vec![NotDoneItems { indices, outcome }] };
    let history = history(&[Line::Settled(settled)]);
    let states = history.chunks[&0].items.as_ref().unwrap();
    let (ItemState::NotDone(first), ItemState::NotDone(last)) = (&states[0], &states[499]) else {
        panic!("{:?}", states[0])
    };
    assert!(Arc::ptr_eq(first, last));
}

#[cfg(unix)]
#[test]
fn what_is_not_a_regular_file_is_refused_without_waiting() {
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path(), Path::new("/dev/zero")] {
        let error = Journal::read(path).unwrap_err();
        assert!(error.to_string().ends_with("not a regular file"), "{error}");
        assert!(Journal::resume(path).is_err());
    }
}

#[cfg(unix)]
#[test]
fn only_the_current_user_can_read_a_journal() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    drop(Journal::create(folder.path()).unwrap());
    let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn journal_that_ends_before_its_first_line_is_resumed_like_a_new_one() {
    let whole = journal();
    let header_length = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for end in [0, 1, header_length / 2, header_length - 1] {
        let folder = Folder::new();
        fs::write(folder.path(), &whole[..end]).unwrap();
        let error = Journal::read(folder.path()).unwrap_err();
        assert!(error.is_incomplete(), "{error}");
        drop(Journal::resume(folder.path()).unwrap().started(header()).unwrap());
        assert!(Journal::read(folder.path()).is_ok(), "cut to {end} bytes");
    }
}
