-- One row per episode that was worth a message: when it was told, and what the person's own record says of those days.
WITH near AS (
    SELECT
        a.person, a.alert_id, COUNT(IF(p.is_rest_mode, 1)) AS n_rest_mode, COUNT(p.day) AS n_days,
        COUNT(IF(p.has_sickness_tag, 1)) AS n_ill_tags,
        COUNT(IF(p.has_alcohol_tag, 1)) AS n_alcohol
    FROM stg_alerts AS a
    INNER JOIN person_day AS p
        ON
            a.person = p.person
            AND p.day BETWEEN CAST(DATE_ADD('day', -3, a.onset_day) AS date)
            AND CAST(DATE_ADD('day', 3, a.last_alert_day) AS date)
    GROUP BY a.person, a.alert_id
)
SELECT
    CAST(a.person AS varchar) AS person,
    CAST(a.alert_id AS varchar) AS alert_id,
    CAST(a.kind AS varchar) AS kind,
    CAST(a.level AS varchar) AS level,
    CAST(a.onset_day AS date) AS onset_day,
    CAST(a.first_alert_day AS date) AS first_alert_day,
    CAST(a.last_alert_day AS date) AS last_alert_day,
    CAST(DATE_DIFF('day', a.onset_day, a.first_alert_day) AS integer) AS days_to_alert,
    CAST(a.alert_status AS varchar) AS alert_status,
    CAST(a.sent_at AS timestamp(3)) AS sent_at,
    CAST(COALESCE(n.n_days, 0) AS integer) AS n_days,
    CAST(COALESCE(n.n_rest_mode, 0) AS integer) AS n_rest_mode,
    CAST(COALESCE(n.n_ill_tags, 0) AS integer) AS n_ill_tags,
    CAST(COALESCE(n.n_alcohol, 0) AS integer) AS n_alcohol_tags,
    CAST(CASE
        WHEN f.is_ill THEN 'said_ill'
        WHEN NOT f.is_ill THEN 'said_not_ill'
        WHEN n.n_ill_tags > 0 THEN 'tagged_ill'
        WHEN n.n_rest_mode > 0 THEN 'rest_mode'
        ELSE 'nothing_recorded'
    END AS varchar) AS outcome
FROM stg_alerts AS a
LEFT JOIN near AS n ON a.person = n.person AND a.alert_id = n.alert_id
LEFT JOIN stg_feedback AS f ON a.person = f.person AND a.alert_id = f.alert_id
