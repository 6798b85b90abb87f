//! What is formatted for whom, and what is refused.

use std::path::Path;
use std::sync::Arc;

use config::{BrokerConfig, Layers, Texts};
use model::{BrokerId, Uuid};
use storage::disk::{Disk, MemDisk};
use storage::meta_properties::MetaProperties;

use super::{Format, FormatError, InitialController, InitialControllers, format_directories};

const STATIC: (&str, &str) = ("controller.quorum.voters", "1@a:9093,2@b:9093");
const DYNAMIC: (&str, &str) = ("controller.quorum.bootstrap.servers", "a:9093,b:9093");

fn config(given: &[(&str, &str)]) -> BrokerConfig {
    let mut texts = Texts::new();
    let defaults = [
        ("node.id", "1"),
        ("process.roles", "broker,controller"),
        ("listeners", "PLAINTEXT://:9092,CONTROLLER://:9093"),
        ("controller.listener.names", "CONTROLLER"),
        ("log.dirs", "/a,/b"),
    ];
    for (key, value) in defaults.iter().chain(given) {
        texts.insert((*key).to_owned(), (*value).to_owned());
    }
    BrokerConfig::resolve(Layers::of_given(&texts)).expect("a configuration that fits together")
}

fn format(controllers: InitialControllers) -> Format {
    Format {
        cluster_id: "one".to_owned(),
        controllers,
        metadata_version: 33,
        levels: Vec::new(),
        ignore_formatted: false,
        seed: [7; 32],
    }
}

fn disk() -> (MemDisk, Arc<dyn Disk>) {
    let memory = MemDisk::new(1);
    (memory.clone(), Arc::new(memory))
}

/// What is formatted, or why not.
fn check(given: &[(&str, &str)], format: &Format, expected: Result<&[&str], &str>) {
    let (_, disk) = disk();
    let formatted = format_directories(&disk, &config(given), format);
    match (formatted, expected) {
        (Ok(formatted), Ok(kinds)) => {
            let found: Vec<&str> = formatted.iter().map(|one| one.kind).collect();
            assert_eq!(found, kinds);
            for one in formatted {
                let meta = MetaProperties::read(&*disk, &one.path).expect("a disk that is well");
                assert_eq!(meta.expect("it is formatted").cluster_id, "one");
            }
        }
        (Err(error), Err(part)) => {
            let error = error.to_string();
            assert!(error.contains(part), "{error}");
        }
        (formatted, _) => panic!("{formatted:?}"),
    }
}

fn these() -> InitialControllers {
    let one = |id: i32| InitialController {
        id: BrokerId(id),
        host: "h".to_owned(),
        port: 9093,
        directory: Uuid([id as u8; 16]),
    };
    InitialControllers::These(vec![one(1), one(2)])
}

#[test]
fn the_quorum_is_named_once() {
    let configured = format(InitialControllers::Configured);
    check(
        &[STATIC],
        &configured,
        Ok(&["metadata directory", "data directory"]),
    );
    check(
        &[DYNAMIC],
        &configured,
        Err("you must specify one of the following"),
    );
    let voter: &[&str] = &["dynamic metadata voter directory", "data directory"];
    check(
        &[DYNAMIC],
        &format(InitialControllers::Standalone),
        Ok(voter),
    );
    check(&[DYNAMIC], &format(these()), Ok(voter));
    check(
        &[DYNAMIC],
        &format(InitialControllers::Unknown),
        Ok(&["metadata directory", "data directory"]),
    );
    check(
        &[STATIC],
        &format(InitialControllers::Standalone),
        Err("remove controller.quorum.voters"),
    );
    check(
        &[DYNAMIC, ("node.id", "3")],
        &format(these()),
        Err("does not name this node, 3"),
    );
}

#[test]
fn an_initial_controller_has_the_directory_id_that_was_named() {
    let (_, disk) = disk();
    format_directories(&disk, &config(&[DYNAMIC]), &format(these())).expect("formatted");
    let meta = MetaProperties::read(&*disk, Path::new("/a")).expect("a disk that is well");
    assert_eq!(meta.and_then(|meta| meta.directory_id), Some(Uuid([1; 16])));
}

#[test]
fn features_are_those_that_are_known() {
    let with = |name: &str, level| Format {
        levels: vec![(name.to_owned(), level)],
        ..format(InitialControllers::Standalone)
    };
    let fine: &[&str] = &["dynamic metadata voter directory", "data directory"];
    check(&[DYNAMIC], &with("group.version", 0), Ok(fine));
    check(
        &[DYNAMIC],
        &with("group.version", 9),
        Err("Unsupported feature: group.version=9"),
    );
    check(
        &[DYNAMIC],
        &with("foo", 1),
        Err("Unsupported feature: foo=1"),
    );
    check(&[DYNAMIC], &with("kraft.version", 1), Ok(fine));
    check(
        &[DYNAMIC],
        &with("kraft.version", 0),
        Err("kraft.version is 1 here"),
    );
}

#[test]
fn what_is_formatted_stays_as_it_is() {
    let (_, disk) = disk();
    let config = config(&[DYNAMIC]);
    let mut again = format(InitialControllers::Standalone);
    format_directories(&disk, &config, &again).expect("formatted");
    let before = MetaProperties::read(&*disk, Path::new("/a")).expect("a disk that is well");
    let refused = format_directories(&disk, &config, &again);
    assert!(
        matches!(refused, Err(FormatError::AlreadyFormatted(_))),
        "{refused:?}"
    );
    again.ignore_formatted = true;
    let nothing = format_directories(&disk, &config, &again).expect("nothing to do");
    assert_eq!(nothing, []);
    let after = MetaProperties::read(&*disk, Path::new("/a")).expect("a disk that is well");
    assert_eq!(before, after);
    again.cluster_id = "two".to_owned();
    let foreign = format_directories(&disk, &config, &again);
    assert!(
        matches!(foreign, Err(FormatError::Foreign { .. })),
        "{foreign:?}"
    );
}
