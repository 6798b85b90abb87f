use super::*;

#[track_caller]
fn check<'a, T: PartialEq + std::fmt::Debug>(
    bytes: &'a [u8],
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
    expected: Result<T, DecodeErrorKind>,
) {
    let mut reader = Reader::new(bytes);
    assert_eq!(
        read(&mut reader).map_err(|error| error.kind),
        expected,
        "{bytes:?}"
    );
}

#[test]
fn integers_are_big_endian_and_end_with_the_bytes() {
    check(&[0x12, 0x34], |r| r.i16(), Ok(0x1234));
    check(&[0xff, 0xfe], |r| r.u16(), Ok(0xfffe));
    check(&[0x80, 0, 0, 0], |r| r.i32(), Ok(i32::MIN));
    check(
        &[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        |r| r.i64(),
        Ok(i64::MAX),
    );
    check(&[0x3f, 0xf0, 0, 0, 0, 0, 0, 0], |r| r.f64(), Ok(1.0));
    check(
        &[0; 3],
        |r| r.i32(),
        Err(DecodeErrorKind::Truncated {
            needed: 4,
            remaining: 3,
        }),
    );
    check(
        &[7; 15],
        |r| r.uuid(),
        Err(DecodeErrorKind::Truncated {
            needed: 16,
            remaining: 15,
        }),
    );
}

#[test]
fn every_byte_but_zero_is_true() {
    check(&[0], |r| r.bool(), Ok(false));
    check(&[1], |r| r.bool(), Ok(true));
    check(&[0x80], |r| r.bool(), Ok(true));
}

#[test]
fn varints_hold_32_bits_and_no_more() {
    check(&[0x7f], |r| r.uvarint(), Ok(127));
    check(&[0x80, 0x01], |r| r.uvarint(), Ok(128));
    check(
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
        |r| r.uvarint(),
        Ok(u32::MAX),
    );
    check(
        &[0xff, 0xff, 0xff, 0xff, 0x1f],
        |r| r.uvarint(),
        Err(DecodeErrorKind::VarintOverflow),
    );
    check(
        &[0x80; 5],
        |r| r.uvarint(),
        Err(DecodeErrorKind::VarintOverflow),
    );
    check(
        &[0x80],
        |r| r.uvarint(),
        Err(DecodeErrorKind::Truncated {
            needed: 1,
            remaining: 0,
        }),
    );
    // Longer than needed, which Kafka reads too.
    check(&[0x81, 0x80, 0x00], |r| r.uvarint(), Ok(1));
}

#[test]
fn strings_are_utf8_of_at_most_32767_bytes() {
    check(&[0, 2, b'h', b'i'], |r| r.string(false), Ok("hi".into()));
    check(&[3, b'h', b'i'], |r| r.string(true), Ok("hi".into()));
    check(&[0, 0], |r| r.string(false), Ok("".into()));
    check(
        &[0, 1, 0xff],
        |r| r.string(false),
        Err(DecodeErrorKind::InvalidUtf8),
    );
    let mut long = vec![0x80, 0x80, 0x02];
    long.extend_from_slice(&[b'x'; 32767]);
    check(&long, |r| r.string(true).map(|text| text.len()), Ok(32767));
    long[0] = 0x81;
    long.push(b'x');
    check(
        &long,
        |r| r.string(true),
        Err(DecodeErrorKind::InvalidLength(32768)),
    );
}

#[test]
fn null_is_an_error_where_it_is_not_allowed() {
    check(&[0xff, 0xff], |r| r.opt_string(false, true), Ok(None));
    check(
        &[0xff, 0xff],
        |r| r.opt_string(false, false),
        Err(DecodeErrorKind::InvalidLength(-1)),
    );
    check(&[0], |r| r.opt_string(true, true), Ok(None));
    check(
        &[0],
        |r| r.string(true),
        Err(DecodeErrorKind::InvalidLength(-1)),
    );
    check(&[0], |r| r.opt_bytes(true, true), Ok(None));
    check(
        &[0xff; 4],
        |r| r.bytes(false),
        Err(DecodeErrorKind::InvalidLength(-1)),
    );
    check(&[0], |r| r.opt_array(true, true, 1, |r| r.i8()), Ok(None));
    check(
        &[0],
        |r| r.array(true, 1, |r| r.i8()),
        Err(DecodeErrorKind::InvalidLength(-1)),
    );
}

#[test]
fn lengths_below_minus_one_are_refused() {
    check(
        &[0xff, 0xfe],
        |r| r.opt_string(false, true),
        Err(DecodeErrorKind::InvalidLength(-2)),
    );
    let min = [0x80, 0, 0, 0];
    let refused = DecodeErrorKind::InvalidLength(i64::from(i32::MIN));
    check(&min, |r| r.opt_bytes(false, true), Err(refused));
    check(
        &min,
        |r| r.opt_array(false, true, 1, |r| r.i8()),
        Err(refused),
    );
    let above = DecodeErrorKind::InvalidLength(u32::MAX as i64 - 1);
    check(
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
        |r| r.opt_bytes(true, true),
        Err(above),
    );
}

#[test]
fn lengths_beyond_the_end_are_refused() {
    let truncated = DecodeErrorKind::Truncated {
        needed: 5,
        remaining: 2,
    };
    check(&[0, 5, b'h', b'i'], |r| r.string(false), Err(truncated));
    check(&[6, 1, 2], |r| r.bytes(true), Err(truncated));
}

#[test]
fn a_count_that_cannot_fit_reserves_nothing() {
    let bytes = [0x7f, 0xff, 0xff, 0xff, 0, 0, 0];
    let too_many = |count| DecodeErrorKind::TooManyElements {
        count,
        remaining: 3,
    };
    check(
        &bytes,
        |r| r.array(false, 1, |r| r.i8()),
        Err(too_many(i32::MAX as usize)),
    );
    check(
        &[0, 0, 0, 3, 1, 2, 3],
        |r| r.array(false, 1, |r| r.i8()),
        Ok(vec![1, 2, 3]),
    );
    check(
        &[0, 0, 0, 2, 1, 2, 3],
        |r| r.array(false, 2, |r| r.i16()),
        Err(too_many(2)),
    );
}

#[test]
fn tagged_fields_are_kept_in_their_bounds() {
    let mut reader = Reader::new(&[9, 5, 2, 0xaa, 0xbb, 7]);
    reader.i8().expect("a byte");
    let (tag, mut field) = reader.tagged_field().expect("a field");
    assert_eq!((tag, field.position()), (5, 3));
    assert_eq!(
        field.i32().map_err(|error| *error),
        Err(DecodeFailure {
            at: 3,
            kind: DecodeErrorKind::Truncated {
                needed: 4,
                remaining: 2
            },
        })
    );
    assert_eq!(reader.take_rest(), [7]);
    let cut = DecodeErrorKind::Truncated {
        needed: 3,
        remaining: 1,
    };
    check(
        &[5, 3, 0xaa],
        |r| r.tagged_field().map(|(tag, _)| tag),
        Err(cut),
    );
}

#[test]
fn unknown_tagged_fields_are_kept() {
    let bytes = [2, 5, 1, 0xaa, 0x80, 0x01, 0];
    let fields = Reader::new(&bytes)
        .unknown_tagged_fields(true)
        .expect("two fields");
    let kept: Vec<(u32, &[u8])> = fields.iter().collect();
    assert_eq!(kept, [(5, &[0xaa_u8][..]), (128, &[][..])]);
    let none = Reader::new(&bytes)
        .unknown_tagged_fields(false)
        .expect("none are read");
    assert!(none.is_empty());
}

#[test]
fn finish_counts_the_bytes_that_are_left() {
    let mut reader = Reader::new(&[1, 2, 3]);
    reader.i8().expect("a byte");
    let error = reader.finish().expect_err("two bytes are left");
    assert_eq!(
        (error.at, error.kind),
        (1, DecodeErrorKind::TrailingBytes(2))
    );
}
