//! Moments and durations as Java writes them.

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day, as days from 1970-01-01.
fn date(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// A moment, in milliseconds since 1970: `2026-01-31T23:59:59.999`, with or without a zone.
pub fn moment(text: &str) -> Option<i64> {
    let (day, time) = text.split_once('T')?;
    let mut parts = day.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    let at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(at);
    let (clock, ms) = clock.split_once('.')?;
    let mut parts = clock.splitn(3, ':').map(str::parse::<i64>);
    let (hours, minutes, seconds) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    let ms: i64 = ms.parse().ok()?;
    let is_date = (1..=12).contains(&month) && date(days(year, month, day)) == (year, month, day);
    let is_time =
        (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..60).contains(&seconds);
    if !is_date || !is_time || !(0..1000).contains(&ms) {
        return None;
    }
    let minutes = days(year, month, day) * 1440 + hours * 60 + minutes - zone_minutes(zone)?;
    Some((minutes * 60 + seconds) * 1000 + ms)
}

/// `Z`, `+02`, `+0200` or `+02:00`; nothing is UTC.
fn zone_minutes(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone[1..].replace(':', "");
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i64>().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    Some(sign * (hours * 60 + minutes))
}

/// A duration in milliseconds: `P1DT2H3M4.5S`.
pub fn duration_ms(text: &str) -> Option<i64> {
    let text = text.to_uppercase();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest.to_owned()),
        None => (1, text.trim_start_matches('+').to_owned()),
    };
    let rest = text.strip_prefix('P')?;
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    if days.is_empty() && time.is_empty() {
        return None;
    }
    let mut ms = 0i64;
    if !days.is_empty() {
        let days: i64 = days.strip_suffix('D')?.parse().ok()?;
        ms = days.checked_mul(86_400_000)?;
    }
    let mut rest = time;
    for (unit, each) in [('H', 3_600_000), ('M', 60_000)] {
        if let Some((number, after)) = rest.split_once(unit) {
            ms = ms.checked_add(number.parse::<i64>().ok()?.checked_mul(each)?)?;
            rest = after;
        }
    }
    if !rest.is_empty() {
        let seconds = rest.strip_suffix('S')?.replace(',', ".");
        let (whole, part) = seconds.split_once('.').unwrap_or((&seconds, "0"));
        if part.len() > 9 || !part.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let thousandths: i64 = format!("{part}000")[..3].parse().ok()?;
        let whole: i64 = whole.parse().ok()?;
        ms = ms.checked_add(whole.checked_mul(1000)?.checked_add(thousandths)?)?;
    }
    Some(sign * ms)
}

/// A moment in UTC by a pattern of Java's: `yyyy-MM-dd HH:mm:ss:SSS`.
pub fn format(pattern: &str, ms: i64) -> String {
    let (year, month, day) = date(ms.div_euclid(86_400_000));
    let of_day = ms.rem_euclid(86_400_000);
    let (mut text, mut rest) = (String::new(), pattern);
    while let Some(letter) = rest.chars().next() {
        let run: usize = rest
            .chars()
            .take_while(|c| *c == letter)
            .map(char::len_utf8)
            .sum();
        let value = match letter {
            'y' => Some(year),
            'M' => Some(month),
            'd' => Some(day),
            'H' => Some(of_day / 3_600_000),
            'm' => Some(of_day / 60_000 % 60),
            's' => Some(of_day / 1000 % 60),
            'S' => Some(of_day % 1000),
            _ => None,
        };
        match value {
            Some(value) => text.push_str(&format!("{value:0run$}")),
            None => text.push_str(&rest[..run]),
        }
        rest = &rest[run..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_java() {
        assert_eq!(moment("1970-01-01T00:00:00.000"), Some(0));
        assert_eq!(moment("2020-02-29T12:30:15.250"), Some(1_582_979_415_250));
        assert_eq!(
            moment("2020-02-29T12:30:15.250+02:00"),
            Some(1_582_972_215_250)
        );
        assert_eq!(moment("1969-12-31T23:59:59.999Z"), Some(-1));
        for text in [
            "2020-01-01",
            "2021-02-29T00:00:00.000",
            "2020-01-01T25:00:00.000",
            "soon",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_those_of_java() {
        assert_eq!(duration_ms("PT1H"), Some(3_600_000));
        assert_eq!(duration_ms("P1DT2H3M4.5S"), Some(93_784_500));
        assert_eq!(duration_ms("-PT1S"), Some(-1000));
        for text in ["", "P", "PT", "1H", "P1H", "PT1X"] {
            assert_eq!(duration_ms(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_written_by_a_pattern() {
        let pattern = "yyyy-MM-dd HH:mm:ss:SSS";
        assert_eq!(
            format(pattern, 1_582_979_415_250),
            "2020-02-29 12:30:15:250"
        );
        assert_eq!(format(pattern, 0), "1970-01-01 00:00:00:000");
    }
}
