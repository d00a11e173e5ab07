-- One row per episode that was worth a message.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS alert_id,
    CAST(onset_day AS date) AS onset_day,
    CAST(kind AS varchar) AS kind,
    CAST(level AS varchar) AS level,
    CAST(first_alert_day AS date) AS first_alert_day,
    CAST(last_alert_day AS date) AS last_alert_day,
    CAST(peak_day AS date) AS peak_day,
    CAST(cleared_on AS date) AS cleared_on,
    CAST(cleared_because AS varchar) AS cleared_because,
    CAST(status AS varchar) AS alert_status,
    CAST(claimed_at AS timestamp(3)) AS claimed_at,
    CAST(sent_at AS timestamp(3)) AS sent_at,
    CAST(DATE_ADD('minute', sent_at_utc_offset_min, sent_at) AS timestamp(3)) AS sent_local,
    CAST(subject AS varchar) AS subject,
    CAST(message AS varchar) AS message,
    CAST(JSON_FORMAT(CAST(tellings AS json)) AS varchar) AS tellings_json,
    CAST(method_version AS varchar) AS method_version,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM alerts
WHERE NOT COALESCE(is_deleted, FALSE)
