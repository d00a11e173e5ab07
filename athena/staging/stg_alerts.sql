-- One row per episode that was worth a message.
SELECT
    person,
    id AS alert_id,
    onset_day,
    kind,
    level,
    first_alert_day,
    last_alert_day,
    peak_day,
    cleared_on,
    cleared_because,
    status AS alert_status,
    claimed_at,
    sent_at,
    DATE_ADD('minute', sent_at_utc_offset_min, sent_at) AS sent_local,
    subject,
    message,
    JSON_FORMAT(CAST(tellings AS json)) AS tellings_json,
    method_version,
    fetched_at
FROM alerts
WHERE NOT COALESCE(is_deleted, FALSE)
