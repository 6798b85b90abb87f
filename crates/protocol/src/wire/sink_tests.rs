use super::super::UnknownTaggedFields;
use super::*;

/// Writes with `write`, and asserts that counting agrees.
fn written(
    write: impl Fn(&mut Writer) -> Result<(), EncodeError>,
    count: impl Fn(&mut Size) -> Result<(), EncodeError>,
) -> Result<Vec<u8>, EncodeError> {
    let (mut writer, mut size) = (Writer::new(), Size::default());
    let outcome = write(&mut writer);
    assert_eq!(count(&mut size), outcome);
    outcome?;
    assert_eq!(size.total(), writer.wire_len());
    Ok(writer.into_parts().0)
}

macro_rules! written {
    (|$sink:ident| $body:expr) => {
        written(|$sink: &mut Writer| $body, |$sink: &mut Size| $body)
    };
}

#[test]
fn strings_and_null_have_the_length_in_front() {
    assert_eq!(
        written!(|s| s.string(false, "hi")),
        Ok(vec![0, 2, b'h', b'i'])
    );
    assert_eq!(written!(|s| s.string(true, "hi")), Ok(vec![3, b'h', b'i']));
    assert_eq!(
        written!(|s| s.opt_string(false, true, None, "X")),
        Ok(vec![0xff, 0xff])
    );
    assert_eq!(
        written!(|s| s.opt_string(true, true, None, "X")),
        Ok(vec![0])
    );
    assert_eq!(
        written!(|s| s.opt_string(true, false, None, "X")),
        Err(EncodeError::Null("X"))
    );
}

#[test]
fn strings_above_32767_bytes_are_refused() {
    let text = "x".repeat(32768);
    assert_eq!(
        written!(|s| s.string(true, &text)),
        Err(EncodeError::TooLong(32768))
    );
    assert!(written!(|s| s.string(true, &text[1..])).is_ok());
}

#[test]
fn varints_take_seven_bits_a_byte() {
    let uvarint = |value| {
        written!(|s| {
            s.uvarint(value);
            Ok(())
        })
    };
    assert_eq!(uvarint(0), Ok(vec![0]));
    assert_eq!(uvarint(127), Ok(vec![127]));
    assert_eq!(uvarint(128), Ok(vec![0x80, 0x01]));
    assert_eq!(uvarint(u32::MAX), Ok(vec![0xff, 0xff, 0xff, 0xff, 0x0f]));
}

#[test]
fn a_region_is_counted_and_its_place_told() {
    let mut writer = Writer::new();
    writer.i8(7);
    let records = Records::Region { len: 300 };
    writer
        .opt_records(true, true, Some(&records), "Records")
        .expect("it fits");
    writer.i8(8);
    assert_eq!(writer.bytes(), [7, 0xad, 0x02, 8]);
    assert_eq!(
        writer.regions(),
        [RegionAt {
            position: 3,
            len: 300
        }]
    );
    assert_eq!(writer.wire_len(), 304);
}

#[test]
fn a_buffer_is_used_again() {
    let mut writer = Writer::reusing(vec![1]);
    writer.reserve(Size {
        bytes: 2,
        regions: 1 << 30,
    });
    writer.i16(0x0203);
    assert_eq!(writer.into_parts(), (vec![1, 2, 3], vec![]));
}

#[test]
fn unknown_tagged_fields_stand_between_known_ones() {
    let mut fields = UnknownTaggedFields::default();
    fields.push(1, &[0xaa]);
    fields.push(300, &[]);
    let before = written!(|s| fields.write_between(s, None, Some(2)));
    assert_eq!(before, Ok(vec![1, 1, 0xaa]));
    let after = written!(|s| fields.write_between(s, Some(2), None));
    assert_eq!(after, Ok(vec![0xac, 0x02, 0]));
    let known = written!(|s| fields.write_between(s, None, Some(300)));
    assert_eq!(known, Err(EncodeError::TagOrder(300)));
    assert_eq!(
        written!(|s| fields.write_only(s, false, 3)),
        Err(EncodeError::NoTaggedFields(3))
    );
}

#[test]
fn unknown_tagged_fields_out_of_order_are_refused() {
    for second in [5, 4] {
        let mut fields = UnknownTaggedFields::default();
        fields.push(5, &[]);
        fields.push(second, &[]);
        let refused = Err(EncodeError::TagOrder(second));
        assert_eq!(written!(|s| fields.write_only(s, true, 9)), refused);
    }
}
