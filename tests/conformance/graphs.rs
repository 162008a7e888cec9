//! What the types and the encoder promise of every graph.

use std::collections::BTreeSet;
use std::sync::Arc;

use wheelwright::definition::{Definition, encode};
use wheelwright::diagnostic::{Location, Source as Text};
use wheelwright::llb::{
    CacheSharing, ExecResult, Graph, Mount, MountPoint, NodeMeta, NonEmpty, Output, ProgressGroup,
};
use wheelwright::pb;
use wheelwright::values::TargetPath;

use crate::build::{
    ALPINE, BUSYBOX, add, add_image, decode, digest, echo, exec, make_file, merge, ops, point,
};

#[test]
fn the_same_graph_gives_the_same_bytes() {
    let build = || {
        let mut graph = Graph::new();
        let root = add_image(&mut graph, ALPINE);
        let mut command = echo(root);
        command.env = ["B", "A"]
            .map(|name| (name.to_owned(), String::new()))
            .into();
        let out = add(&mut graph, exec(command));
        let merge = add(&mut graph, merge(root, &[out]));
        encode(&graph, merge).to_bytes()
    };
    assert_eq!(build(), build());
}

/// Ops that do not need each other may be added in any order: the digests, and all that is said of the ops, are
/// the same.
#[test]
fn the_order_in_which_ops_are_added_changes_no_op() {
    let texts = [1, 2].map(|number| Text::new(format!("{number}.toml"), "a\nb\n"));
    let place = |text: &Arc<Text>| NodeMeta {
        origins: vec![Location::new(text, 0..1)],
        ..NodeMeta::default()
    };
    let build = |reversed: bool| {
        let mut graph = Graph::new();
        let mut leaves = vec![
            (0, make_file("/a", "a"), place(&texts[0])),
            (1, make_file("/b", "b"), place(&texts[1])),
            (2, make_file("/c", "c"), NodeMeta::named("c")),
        ];
        if reversed {
            leaves.reverse();
        }
        let mut outputs: Vec<_> = leaves
            .into_iter()
            .map(|(number, op, meta)| (number, graph.add(op, meta)))
            .collect();
        outputs.sort_by_key(|(number, _)| *number);
        let outputs: Vec<Output> = outputs.into_iter().map(|(_, output)| output).collect();
        let merge = add(&mut graph, merge(outputs[0], &outputs[1..]));
        encode(&graph, merge)
    };
    let (one, other) = (build(false), build(true));
    assert_ne!(one, other, "the ops are in another order");
    let sorted = |definition: &Definition| -> BTreeSet<Vec<u8>> {
        definition.message().def.iter().cloned().collect()
    };
    assert_eq!(sorted(&one), sorted(&other));
    assert_eq!(one.head(), other.head());
    assert_eq!(one.message().metadata, other.message().metadata);
    assert_eq!(places(&one), places(&other));
}

#[test]
fn equal_ops_are_sent_once_with_all_that_is_known_of_them() {
    let text = Text::new("a.toml", "one\ntwo\n");
    let meta = |name: &str, range, ignore_cache| NodeMeta {
        origins: vec![Location::new(&text, range)],
        ignore_cache,
        ..NodeMeta::named(name)
    };
    let mut graph = Graph::new();
    let file = || make_file("/hello", "world");
    let one = graph.add(file(), meta("", 0..3, false));
    let image = add_image(&mut graph, ALPINE);
    let other = graph.add(file(), meta("a name", 4..7, true));
    let third = graph.add(file(), meta("another name", 0..3, false));
    let merge = add(&mut graph, merge(one, &[image, other, third]));
    let definition = encode(&graph, merge);
    let message = definition.message();
    let digests: Vec<_> = message.def.iter().map(|bytes| digest(bytes)).collect();
    // The file, the image, the merge, and the end.
    assert_eq!(digests.iter().collect::<BTreeSet<_>>().len(), 4);
    assert_eq!(digests.len(), 4);
    assert!(message.metadata.keys().eq(BTreeSet::from_iter(&digests)));
    let inputs = decode(&message.def[2]).inputs;
    let inputs: Vec<_> = inputs.iter().map(|input| &input.digest).collect();
    assert_eq!(inputs, [&digests[0], &digests[1], &digests[0], &digests[0]]);
    let known = &message.metadata[&digests[0]];
    assert!(known.ignore_cache);
    assert_eq!(known.description["llb.customname"], "a name");
    let file_places: Vec<_> = places(&definition)
        .into_iter()
        .map(|(_, file, first, last)| (file, first, last))
        .collect();
    let expected = [(1, 1), (2, 2)].map(|(first, last)| ("a.toml".to_owned(), first, last));
    assert_eq!(file_places, expected);
}

#[test]
fn ops_that_the_result_does_not_need_are_not_sent() {
    let mut graph = Graph::new();
    let needed = add_image(&mut graph, ALPINE);
    let unneeded = add_image(&mut graph, BUSYBOX);
    add(&mut graph, exec(echo(unneeded)));
    let result = add(&mut graph, exec(echo(needed)));
    let definition = encode(&graph, result);
    let kinds: Vec<_> = ops(&definition).iter().map(|op| op.op.is_some()).collect();
    assert_eq!(kinds, [true, true]);
    assert_eq!(definition.message().metadata.len(), 3);
}

/// An index that is out of range crashes engines, and a range without an end crashes clients.
#[test]
fn every_place_has_a_text_and_both_ends() {
    let one = Text::new("one.toml", "a\nb\nc\n");
    // The same text read again is the same text.
    let again = Text::new("one.toml", "a\nb\nc\n");
    let other = Text::new("other.toml", "");
    let mut graph = Graph::new();
    let origins = [
        vec![Location::new(&one, 0..5)],
        vec![Location::new(&again, 2..3), Location::top(&other)],
        vec![],
    ];
    let files: Vec<_> = origins
        .into_iter()
        .enumerate()
        .map(|(index, origins)| {
            let meta = NodeMeta {
                origins,
                ..NodeMeta::default()
            };
            graph.add(make_file("/x", &index.to_string()), meta)
        })
        .collect();
    let merge = add(&mut graph, merge(files[0], &files[1..]));
    let definition = encode(&graph, merge);
    let source = definition.message().source.as_ref().unwrap();
    let names: Vec<_> = source.infos.iter().map(|info| &info.filename).collect();
    assert_eq!(names, ["one.toml", "other.toml"]);
    assert_eq!(source.locations.len(), 2);
    let mut found: Vec<_> = places(&definition)
        .into_iter()
        .map(|(_, file, first, last)| format!("{file}:{first}-{last}"))
        .collect();
    found.sort();
    assert_eq!(found, ["one.toml:1-3", "one.toml:2-2", "other.toml:1-1"]);
}

/// All places of a definition: digest, file, first and last line. Fails where one is not whole.
fn places(definition: &Definition) -> Vec<(String, String, i32, i32)> {
    let source = definition.message().source.as_ref().unwrap();
    let mut places = Vec::new();
    for (digest, locations) in &source.locations {
        assert!(definition.message().metadata.contains_key(digest));
        for location in &locations.locations {
            let index = usize::try_from(location.source_index).unwrap();
            let file = source.infos[index].filename.clone();
            assert_eq!(location.ranges.len(), 1);
            for range in &location.ranges {
                let (start, end) = (range.start.unwrap(), range.end.unwrap());
                assert!(1 <= start.line && start.line <= end.line);
                places.push((digest.clone(), file.clone(), start.line, end.line));
            }
        }
    }
    places
}

#[test]
fn the_end_declares_what_go_declares_there() {
    let end_of = |meta: NodeMeta| {
        let mut graph = Graph::new();
        let file = graph.add(make_file("/x", ""), meta);
        let definition = encode(&graph, file);
        let message = definition.message();
        let end = digest(message.def.last().unwrap());
        let caps = message.metadata[&end].caps.keys();
        caps.cloned().collect::<Vec<_>>().join(" ")
    };
    let ignored = NodeMeta {
        ignore_cache: true,
        ..NodeMeta::default()
    };
    assert_eq!(end_of(NodeMeta::default()), "constraints platform");
    assert_eq!(end_of(ignored), "constraints meta.ignorecache platform");
    assert_eq!(
        end_of(NodeMeta::named("x")),
        "constraints meta.description platform"
    );
}

/// An op of another graph may stand at the same place: then the place says nothing of it.
#[test]
#[should_panic(expected = "an op was given an output of another graph")]
fn an_output_of_another_graph_is_no_input() {
    let mut one = Graph::new();
    let of_one = add_image(&mut one, ALPINE);
    let mut other = Graph::new();
    add_image(&mut other, BUSYBOX);
    add(&mut other, exec(echo(of_one)));
}

#[test]
#[should_panic(expected = "a definition was asked for an output of another graph")]
fn an_output_of_another_graph_is_no_result() {
    let mut one = Graph::new();
    let root = add_image(&mut one, ALPINE);
    let result = add(&mut one, exec(echo(root)));
    let mut other = Graph::new();
    let root = add_image(&mut other, ALPINE);
    let mut command = echo(root);
    command.user = "app".to_owned();
    add(&mut other, exec(command));
    encode(&other, result);
}

/// An op that is the same to its first input is the same op, whichever graph gave it out.
#[test]
fn outputs_are_known_by_what_their_ops_are() {
    let build = |name| {
        let mut graph = Graph::new();
        let root = add_image(&mut graph, name);
        let result = add(&mut graph, exec(echo(root)));
        (graph, root, result)
    };
    let (one, root, result) = build(ALPINE);
    let (same, ..) = build(ALPINE);
    let (other, ..) = build(BUSYBOX);
    assert!(one.holds(root) && one.holds(result));
    assert!(same.holds(root) && same.holds(result));
    assert_eq!(encode(&one, result), encode(&same, result));
    // Its own op is the same there, but not what it is made from.
    assert!(!other.holds(root) && !other.holds(result));
    assert!(!Graph::new().holds(root));
}

#[test]
fn nothing_lies_at_two_places_or_two_things_at_one() {
    assert_eq!(MountPoint::new(TargetPath::root()), None);
    assert_eq!(NonEmpty::<Output>::from_vec(Vec::new()), None);
    let mut graph = Graph::new();
    let root = add_image(&mut graph, ALPINE);
    let mut command = echo(root);
    let (id, sharing, from) = ("id".to_owned(), CacheSharing::Shared, None);
    let cache = Mount::Cache { id, sharing, from };
    command.mounts.insert(point("/out"), cache);
    command.result = ExecResult::Folder {
        at: point("/out"),
        from: None,
    };
    let result = add(&mut graph, exec(command));
    let op = ops(&encode(&graph, result)).remove(1);
    let Some(pb::op::Op::Exec(exec)) = op.op else {
        panic!("no command: {op:?}");
    };
    let mounts: Vec<_> = exec
        .mounts
        .iter()
        .map(|it| (&*it.dest, it.output))
        .collect();
    assert_eq!(mounts, [("/", 0), ("/out", 1)]);
}

/// Clients join groups by their ids, so a group has one, and another build's has another.
#[test]
fn a_group_of_another_build_is_another_group() {
    let ids = |content: &str| {
        let mut graph = Graph::new();
        let meta = |key: &str| NodeMeta {
            group: Some(ProgressGroup {
                key: key.to_owned(),
                name: "join layers".to_owned(),
                weak: false,
            }),
            ..NodeMeta::default()
        };
        let one = graph.add(make_file("/1", content), meta("a"));
        let two = graph.add(make_file("/2", content), meta("a"));
        let three = graph.add(make_file("/3", content), meta("b"));
        let merge = add(&mut graph, merge(one, &[two, three]));
        let definition = encode(&graph, merge);
        let message = definition.message();
        let id = |bytes: &Vec<u8>| {
            let group = message.metadata[&digest(bytes)].progress_group.clone();
            group.map(|group| (group.id, group.name))
        };
        message.def.iter().map(id).collect::<Vec<_>>()
    };
    let here = ids("x");
    assert_eq!(here[0], here[1]);
    assert_ne!(here[0], here[2]);
    assert_eq!(here[0].as_ref().unwrap().1, "join layers");
    assert_eq!(here[3..], [None, None]);
    assert_eq!(here, ids("x"));
    assert_ne!(here[0], ids("y")[0]);
}

#[test]
fn the_size_is_that_of_the_bytes() {
    let mut graph = Graph::new();
    let text = "x".repeat(5 << 20);
    let file = add(&mut graph, make_file("/large", &text));
    let definition = encode(&graph, file);
    assert_eq!(definition.size_bytes(), definition.to_bytes().len());
    assert!(definition.size_bytes() > text.len());
}
