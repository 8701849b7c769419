//! SPEC 3's status table, written out: each line a request, who makes it, and what comes of it.

use super::*;
use proptest::prelude::*;

/// Who asks. Members act as the operator does, agents as the system does.
fn people() -> [(&'static str, Principal); 5] {
    [
        ("operator", Principal::Operator),
        ("member", Principal::Member("01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned())),
        ("guest", Principal::Guest("01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned())),
        ("system", Principal::System),
        ("agent", Principal::Agent("primary".to_owned())),
    ]
}

/// Every request there is. A line reads: an issue at the first status is asked to become the second; whoever has a
/// `yes` (operator and member, guest, system and agent) gets the moves at its end recorded; everybody else, and every
/// request whose moves are `none`, is refused.
const TABLE: &str = "
    from         to           operator  guest  system  recorded as
    open         open         no        no     no      none
    open         triaged      yes       no     no      triaged
    open         assigned     yes       no     no      triaged assigned
    open         in_progress  yes       no     no      triaged assigned in_progress
    open         resolved     yes       no     no      triaged assigned in_progress resolved
    open         rejected     yes       no     no      triaged rejected
    open         reopened     no        no     no      none

    triaged      open         no        no     no      none
    triaged      triaged      no        no     no      none
    triaged      assigned     yes       no     no      assigned
    triaged      in_progress  yes       no     no      assigned in_progress
    triaged      resolved     yes       no     no      assigned in_progress resolved
    triaged      rejected     yes       no     no      rejected
    triaged      reopened     no        no     no      none

    assigned     open         no        no     no      none
    assigned     triaged      yes       no     no      triaged
    assigned     assigned     no        no     no      none
    assigned     in_progress  yes       no     yes     in_progress
    assigned     resolved     yes       no     no      in_progress resolved
    assigned     rejected     yes       no     no      rejected
    assigned     reopened     no        no     no      none

    in_progress  open         no        no     no      none
    in_progress  triaged      yes       no     no      assigned triaged
    in_progress  assigned     yes       no     yes     assigned
    in_progress  in_progress  no        no     no      none
    in_progress  resolved     yes       no     yes     resolved
    in_progress  rejected     no        no     no      none
    in_progress  reopened     no        no     no      none

    resolved     open         no        no     no      none
    resolved     triaged      yes       yes    no      reopened triaged
    resolved     assigned     no        no     no      none
    resolved     in_progress  no        no     no      none
    resolved     resolved     no        no     no      none
    resolved     rejected     no        no     no      none
    resolved     reopened     yes       yes    no      reopened triaged

    rejected     open         no        no     no      none
    rejected     triaged      yes       no     no      reopened triaged
    rejected     assigned     no        no     no      none
    rejected     in_progress  no        no     no      none
    rejected     resolved     no        no     no      none
    rejected     rejected     no        no     no      none
    rejected     reopened     yes       no     no      reopened triaged

    reopened     open         no        no     no      none
    reopened     triaged      no        no     no      none
    reopened     assigned     no        no     no      none
    reopened     in_progress  no        no     no      none
    reopened     resolved     no        no     no      none
    reopened     rejected     no        no     no      none
    reopened     reopened     no        no     no      none
";

/// What a refusal says for each status and asker: the moves it offers instead.
const OFFERED: &str = "
    from         operator                               guest    system
    open         triaged assigned in_progress resolved rejected | none | none
    triaged      assigned in_progress resolved rejected         | none | none
    assigned     triaged in_progress resolved rejected          | none | in_progress
    in_progress  triaged assigned resolved                      | none | assigned resolved
    resolved     triaged                                        | triaged | none
    rejected     triaged                                        | none | none
    reopened     none                                           | none | none
";

/// The moves that history may hold, each on its own.
const SINGLE: &[(Status, Status)] = &[
    (Open, Triaged),
    (Triaged, Assigned),
    (Triaged, Rejected),
    (Assigned, Triaged),
    (Assigned, InProgress),
    (Assigned, Rejected),
    (InProgress, Assigned),
    (InProgress, Resolved),
    (Resolved, Reopened),
    (Rejected, Reopened),
    (Reopened, Triaged),
];

fn status(word: &str) -> Status {
    word.parse().expect("a status of the table")
}

fn statuses(words: &str) -> Vec<Status> {
    words.split_whitespace().filter(|word| *word != "none").map(status).collect()
}

fn column(who: &str) -> usize {
    match who {
        "operator" | "member" => 0,
        "guest" => 1,
        _ => 2,
    }
}

#[test]
fn every_request_of_the_table_is_recorded_as_it_says_or_refused() {
    let mut rows = 0;
    for line in TABLE.lines().skip(2).filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (from, to) = (status(words[0]), status(words[1]));
        let recorded = statuses(&words[5..].join(" "));
        rows += 1;
        for (name, by) in people() {
            let planned = plan_move(from, to, &by);
            if words[2 + column(name)] == "yes" {
                let moves = planned.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
                let passed: Vec<_> = moves.iter().map(|step| step.to).collect();
                assert_eq!(passed, recorded, "{name}: {from} → {to} is recorded otherwise");
                assert_eq!(moves[0].from, from, "history begins where the issue was");
                assert!(moves.windows(2).all(|pair| pair[0].to == pair[1].from), "history has no gap");
            } else {
                let refusal = planned.expect_err(&format!("{name} must not get {from} → {to}"));
                assert_eq!((refusal.from, refusal.to), (from, to), "the refusal names what was asked");
                assert_eq!(refusal.legal, legal_moves(from, &by), "and what could be asked instead");
            }
        }
    }
    assert_eq!(rows, Status::ALL.len() * Status::ALL.len(), "the table holds every pair of statuses");
}

#[test]
fn a_refusal_names_the_legal_moves_of_whoever_asks() {
    for line in OFFERED.lines().skip(2).filter(|line| !line.trim().is_empty()) {
        let (from, rest) = line.trim().split_once(' ').expect("a status, then its moves");
        let offered: Vec<Vec<Status>> = rest.split('|').map(statuses).collect();
        for (name, by) in people() {
            let expected = &offered[column(name)];
            assert_eq!(&legal_moves(status(from), &by), expected, "{name} at {from}");
            let sentence = plan_move(status(from), Open, &by).expect_err("nothing becomes open").to_string();
            for word in expected {
                assert!(sentence.contains(word.as_str()), "'{sentence}' does not offer {word} to {name}");
            }
            assert_eq!(
                expected.is_empty(),
                sentence.contains("the operator's"),
                "'{sentence}' leads nowhere"
            );
        }
    }
}

#[test]
fn claiming_begins_work_only_on_what_was_decided() {
    let begun: Vec<_> = Status::ALL.iter().filter(|from| !claim_moves(**from).is_empty()).collect();
    assert_eq!(begun, [&Triaged, &Assigned], "nobody begins what was not triaged, is at work or is closed");
    for from in [Triaged, Assigned] {
        let moves = claim_moves(from);
        assert_eq!(moves.last().map(|step| step.to), Some(InProgress), "a claimed issue is in progress");
        assert!(moves.iter().all(|step| SINGLE.contains(&(step.from, step.to))));
    }
}

#[test]
fn a_guest_reopens_until_the_window_closes_and_is_told_when_it_did() {
    const DAY: Millis = 86_400_000;
    let resolved = 1_700_000_000_000;
    assert_eq!(check_reopen(Some(resolved), resolved + 7 * DAY - 1, 7), Ok(()));
    let late = check_reopen(Some(resolved), resolved + 7 * DAY, 7).expect_err("seven days are over");
    assert_eq!(late.closed_at, Some(resolved + 7 * DAY));
    assert_eq!(
        late.to_string(),
        "the time to reopen this issue ended on 2023-11-21 22:13 (UTC); ask the operator to reopen it"
    );
    assert!(check_reopen(Some(resolved), resolved, 0).is_err(), "a window of no days is closed");
    assert!(check_reopen(None, resolved, 365).is_err(), "without a time there is no window");
    assert_eq!(check_reopen(Some(Millis::MAX), Millis::MAX - 1, 365), Ok(()), "no time overflows");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn no_sequence_of_requests_leaves_the_table(
        requests in proptest::collection::vec((0..7_usize, 0..5_usize, any::<bool>()), 1..40)
    ) {
        let mut at = Open;
        let mut history: Vec<Move> = Vec::new();
        for (to, who, claims) in requests {
            let (_, by) = &people()[who];
            let moves = if claims { claim_moves(at) } else { plan_move(at, Status::ALL[to], by).unwrap_or_default() };
            at = moves.last().map_or(at, |step| step.to);
            history.extend(moves);
            prop_assert_ne!(at, Reopened, "an issue never rests there");
        }
        for step in &history {
            prop_assert!(SINGLE.contains(&(step.from, step.to)), "{} → {} is not in the table", step.from, step.to);
        }
        prop_assert!(history.first().is_none_or(|step| step.from == Open), "history begins with the filing");
        prop_assert!(history.windows(2).all(|pair| pair[0].to == pair[1].from), "history has a gap");
        prop_assert!(history.last().is_none_or(|step| step.to == at), "history ends where the issue is");
    }
}
