use super::*;
use crate::persona;
use proptest::prelude::*;
use std::collections::HashMap;

fn role_of(name: &str) -> Option<Role> {
    persona::built_in::find(name).map(|known| known.kind)
}

fn faults(kind: WorkflowType, json: &str) -> Vec<String> {
    let definition: Definition = serde_json::from_str(json).expect("is a definition");
    check(kind, &definition, &role_of).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn what_ships_is_sound_and_is_read_back_as_written() {
    for known in built_in::all() {
        assert_eq!(check(known.kind, &known.definition, &role_of), Ok(()), "{}", known.name);
        assert!(is_name(known.name), "{} could not be typed", known.name);
        let text = serde_json::to_string(&known.definition).expect("is written");
        assert_eq!(
            serde_json::from_str::<Definition>(&text).ok().as_ref(),
            Some(&known.definition),
            "{text}"
        );
    }
    assert_eq!(title("designer_checker"), "Designer checker");
}

#[test]
fn a_workflow_that_could_not_work_is_refused_with_every_reason() {
    assert_eq!(faults(WorkflowType::CustomPipeline, r#"{"nodes": []}"#), ["nodes: a workflow needs a step"]);
    assert_eq!(
        faults(
            WorkflowType::CustomPipeline,
            r#"{"nodes": [{"kind": "step", "role": "checker"},
                {"kind": "loop", "max_iterations": 0, "nodes": [{"kind": "step", "role": "designer"}]},
                {"kind": "loop", "max_iterations": 2, "nodes": [{"kind": "step", "role": "checker"}]},
                {"kind": "step"}, {"kind": "step", "role": "judge"}, {"kind": "step", "role": "custom"},
                {"kind": "step", "persona": "nobody"}, {"kind": "step", "role": "designer", "timeout_ms": 5},
                {"kind": "race", "variants": [{}], "nodes": [
                  {"kind": "race", "variants": [{}, {"persona": "checker"}], "nodes": []}]}]}"#
        ),
        [
            "nodes[0]: nothing has been made yet that a checker could look at",
            "nodes[1]: max_iterations must be 1 to 20",
            "nodes[1]: a loop needs a checker of its own: nothing would end it otherwise",
            "nodes[2]: a loop needs a step that makes changes: checking the same again ends nowhere else",
            "nodes[3]: a step needs a role or a persona",
            "nodes[4]: a judge chooses between candidates: it belongs to a race",
            "nodes[5]: a custom step needs instructions or a persona",
            "nodes[6]: there is no persona 'nobody'",
            "nodes[7]: timeout_ms must be 60,000 (1 minute) to 14,400,000 (4 hours)",
            "nodes[8]: a race has 2 to 8 variants",
            "nodes[8].nodes[0]: a race cannot hold another race",
        ]
    );
    assert_eq!(
        faults(WorkflowType::PersonaPipeline, r#"{"nodes": [{"kind": "step", "role": "designer"}]}"#),
        ["nodes[0]: each step of a persona pipeline names a persona"]
    );
    assert_eq!(
        faults(WorkflowType::DesignerChecker, r#"{"nodes": [{"kind": "step", "role": "designer"}]}"#),
        ["nodes: designer & checker is one loop of a designer and a checker"]
    );
    let unknown = serde_json::from_str::<Definition>(r#"{"nodes": [{"kind": "step", "rôle": "designer"}]}"#);
    assert!(unknown.is_err(), "a misspelt member would silently do something else");
}

/// Nodes of up to `depth` levels; a race holds no other.
fn nodes(depth: u32, in_race: bool) -> BoxedStrategy<Vec<Node>> {
    let leaf = Just(Node::Step(StepNode::of(Role::Designer))).boxed();
    let node = if depth == 0 {
        leaf
    } else {
        let inner = (nodes(depth - 1, in_race), 1_u32..4)
            .prop_map(|(nodes, max_iterations)| Node::Loop(LoopNode { nodes, max_iterations }));
        let race = (nodes(depth - 1, true), 2_usize..4).prop_map(|(nodes, variants)| {
            Node::Race(RaceNode {
                nodes,
                variants: vec![Variant::default(); variants],
                judge: StepNode::of(Role::Judge),
            })
        });
        if in_race {
            prop_oneof![3 => leaf, 1 => inner].boxed()
        } else {
            prop_oneof![3 => leaf, 1 => inner, 1 => race].boxed()
        }
    };
    proptest::collection::vec(node, 1..4).boxed()
}

/// What a step comes to: always the same for the same place, whoever asks first.
fn verdict(place: &Place, seed: u64) -> Verdict {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (place, seed).hash(&mut hasher);
    match hasher.finish() % 16 {
        0 => Verdict::Broken,
        1..5 => Verdict::Refused,
        _ => Verdict::Done,
    }
}

/// The same rules as plain recursion: what a person would do with the tree on paper.
fn by_hand(nodes: &[Node], way: &[Frame], seed: u64, path: &mut Vec<String>) -> Result<(), Failure> {
    let one = |place: Place, path: &mut Vec<String>| {
        path.push(place.to_string());
        match verdict(&place, seed) {
            Verdict::Done => Ok(()),
            Verdict::Refused => Err(Failure::Refused),
            Verdict::Broken => Err(Failure::Broken),
        }
    };
    for (node, what) in nodes.iter().enumerate() {
        let below = |inside| [way, &[Frame { node, inside }]].concat();
        match what {
            Node::Step(_) => one(Place(below(Inside::Step)), path)?,
            Node::Loop(inner) => {
                for round in 1.. {
                    match by_hand(&inner.nodes, &below(Inside::Iteration(round)), seed, path) {
                        Err(Failure::Refused) if round < inner.max_iterations => {}
                        Err(Failure::Refused) => return Err(Failure::Limit { iterations: round }),
                        other => {
                            other?;
                            break;
                        }
                    }
                }
            }
            Node::Race(race) => {
                let run =
                    |variant| by_hand(&race.nodes, &below(Inside::Variant(variant)), seed, path).is_ok();
                match (0..race.variants.len()).map(run).filter(|ended| *ended).count() {
                    0 => return Err(Failure::NoCandidate),
                    _ => one(Place(below(Inside::Judge)), path)?,
                }
            }
        }
    }
    Ok(())
}

/// What the engine does: one step after the other, asking only what comes next.
fn by_asking(definition: &Definition, seed: u64) -> (Vec<String>, Result<(), Failure>) {
    let mut path = Vec::new();
    let mut races: HashMap<String, (usize, usize, usize)> = HashMap::new();
    let mut next = vec![begin(definition)];
    while let Some(what) = next.pop() {
        match what {
            Next::Steps(places) => {
                if let Some((race, _)) =
                    places.first().and_then(Place::candidate).filter(|_| places.len() > 1)
                {
                    races.insert(race.to_string(), (places.len(), 0, 0));
                }
                for place in places.into_iter().rev() {
                    next.push(Next::Steps(vec![place]));
                }
                if let Some(Next::Steps(one)) = next.pop() {
                    let place = &one[0];
                    path.push(place.to_string());
                    next.push(after(definition, place, verdict(place, seed)));
                }
            }
            Next::Candidate { race, failure, .. } => {
                let known = races.get_mut(&race.to_string()).expect("a race that began");
                known.1 += 1;
                known.2 += usize::from(failure.is_none());
                if known.0 == known.1 {
                    next.push(after_race(definition, &race, known.2));
                }
            }
            Next::Failed(failure) => return (path, Err(failure)),
            Next::Done if next.is_empty() => return (path, Ok(())),
            Next::Done => {}
        }
    }
    (path, Ok(()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_the_tree_and_the_verdicts_the_way_is_the_one_on_paper(nodes in nodes(3, false), seed: u64) {
        let mut path = Vec::new();
        let end = by_hand(&nodes, &[], seed, &mut path);
        let definition = Definition { nodes };
        prop_assert_eq!(by_asking(&definition, seed), (path.clone(), end));
        for text in path {
            let place: Place = text.parse().expect("a place is read back");
            prop_assert_eq!(place.to_string(), text, "what tables keep is what was meant");
            prop_assert!(step_at(&definition, &place).is_some(), "{} names a step", place);
        }
    }
}
