use super::*;

fn parse(text: &str) -> Result<Schemas, ParseError> {
    let mut schemas = Schemas::default();
    parse_into(&mut schemas, "api", text)?;
    Ok(schemas)
}

#[track_caller]
fn check_refused(text: &str, line: usize, reason: &str) {
    let error = parse(text).expect_err("the notation does not allow this");
    assert_eq!((error.line, &*error.reason), (line, reason));
}

#[test]
fn an_api_has_a_request_and_a_response() {
    let schemas = parse(
        "api Ping 7
listeners broker controller
latest-version-unstable

request 1-3 flexible 2+
  Name: string? 1+ null 2+ = null ignorable is topicName  # whom
  Parts: [Part] 0+
    Index: int32 0-2 = -1 key
response none
",
    )
    .expect("well formed");
    let api = &schemas.apis[0];
    assert_eq!(
        (&*api.name, api.key, api.latest_version_unstable),
        ("Ping", 7, true)
    );
    assert_eq!(api.listeners, [Listener::Broker, Listener::Controller]);
    assert_eq!(api.versions, Versions { first: 1, last: 3 });
    let [request] = &schemas.messages[..] else {
        panic!("a message without versions is left out")
    };
    assert_eq!(
        (&*request.name, &request.kind),
        ("PingRequest", &Kind::Request { key: 7 })
    );
    assert_eq!(request.layout.flexible, Versions { first: 2, last: 3 });
    let name = &request.layout.structs[0].fields[0];
    assert_eq!((name.nullable.first, &name.default), (2, &Default::Null));
    assert_eq!(
        (name.ignorable, name.entity.as_deref()),
        (true, Some("topicName"))
    );
    let part = request.layout.find("Part");
    assert_eq!(part.versions, Versions { first: 1, last: 3 });
    assert_eq!(
        (part.fields[0].key, &part.fields[0].default),
        (true, &Default::Int(-1))
    );
}

#[test]
fn several_fields_may_share_a_struct() {
    let schemas = parse(
        "data Box

layout 0 flexible 0+
  Left: Side 0+ tag 3
  Right: Side? 0+
  struct Side 0+
    Size: int64 0+ = 0x10
",
    )
    .expect("well formed");
    let layout = &schemas.messages[0].layout;
    assert_eq!(layout.structs.len(), 2);
    assert_eq!(layout.structs[0].fields[0].tag, Some(3));
    assert!(layout.structs[0].fields[1].is_nullable());
    assert_eq!(layout.find("Side").fields[0].default, Default::Int(16));
}

#[test]
fn mistakes_are_named_with_their_line() {
    let data = |fields: &str| format!("data X\nlayout 0\n{fields}\n");
    check_refused("", 1, "the file is empty");
    check_refused(
        "thing X\n",
        1,
        "expected api, entry, record, data or header",
    );
    check_refused("data X\nrequest 0\n", 2, "`request` does not belong here");
    check_refused("data X\nlayout 3-x\n", 2, "`x` is not a version");
    check_refused(
        &data(" A: int8 0+"),
        3,
        "indentation is a multiple of two spaces",
    );
    check_refused(&data("    A: int8 0+"), 3, "indented too far");
    check_refused(&data("  A: int7 0+"), 3, "`int7` is not a type");
    check_refused(&data("  A: int8"), 3, "expected `NAME: TYPE VERSIONS ...`");
    check_refused(&data("  A: int8 0+ tag"), 3, "`tag` needs an argument");
    check_refused(&data("  A: int8 0+ tag x"), 3, "a tag is a number");
    check_refused(&data("  A: int8 0+ = maybe"), 3, "`maybe` is not a default");
    check_refused(
        &data("  A: int8 0+ optional"),
        3,
        "`optional` is not a property of a field",
    );
    check_refused(
        &data("  A: int8 0+\n    B: int8 0+"),
        3,
        "`` cannot be defined here",
    );
    check_refused(
        &data("  A: Missing 0+"),
        2,
        "struct `Missing` is not defined",
    );
}
