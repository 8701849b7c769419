//! The times of other systems.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use waybill_domain::Millis;

/// Reads a time as any of the formats writes it: RFC 3339; `20120110T231200Z`; `2026-05-02 07:42`, with or without
/// seconds, in UTC; a day. Times before 1970 stand for "none", as Go's zero time does.
pub(super) fn read(text: &str) -> Option<Millis> {
    let text = text.trim();
    let at = text.parse::<Timestamp>().ok().or_else(|| {
        let bare = text.strip_suffix('Z').unwrap_or(text);
        let civil = DateTime::strptime("%Y%m%dT%H%M%S", bare)
            .or_else(|_| DateTime::strptime("%Y-%m-%d %H:%M", bare))
            .or_else(|_| bare.parse::<DateTime>())
            .or_else(|_| bare.parse::<Date>().map(|day| day.to_datetime(jiff::civil::Time::midnight())));
        civil.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })?;
    Some(at.as_millisecond()).filter(|&at| at > 0)
}

/// A time as people and other programs read it.
pub(super) fn write(at: Millis) -> String {
    Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_times_of_every_format_are_read() {
        let same = [
            "2026-05-02T07:42:00Z",
            "2026-05-02T09:42:00+02:00",
            "20260502T074200Z",
            "2026-05-02 07:42",
            "2026-05-02 07:42:00",
            "2026-05-02T07:42:00.000",
        ];
        for text in same {
            assert_eq!(read(text), Some(1_777_707_720_000), "{text} would show at another time");
        }
        assert_eq!(read("2026-05-02"), Some(1_777_680_000_000));
        for text in ["", "soon", "0001-01-01T00:00:00Z"] {
            assert_eq!(read(text), None, "{text:?} is no time");
        }
    }
}
