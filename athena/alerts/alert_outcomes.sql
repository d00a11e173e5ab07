-- One row per episode that was worth a message: when it was told, and what the person's own record says of those days.
WITH near AS (
    SELECT
        alerts.person, alerts.alert_id,
        COUNT(IF(person_day.is_rest_mode, 1)) AS n_rest_mode,
        COUNT(person_day.day) AS n_days,
        COUNT(IF(person_day.has_sickness_tag, 1)) AS n_ill_tags,
        COUNT(IF(person_day.has_alcohol_tag, 1)) AS n_alcohol
    FROM stg_alerts AS alerts
    INNER JOIN person_day
        ON
            alerts.person = person_day.person
            AND person_day.day BETWEEN CAST(DATE_ADD('day', -3, alerts.onset_day) AS date)
            AND CAST(DATE_ADD('day', 3, alerts.last_alert_day) AS date)
    GROUP BY alerts.person, alerts.alert_id
)
SELECT
    alerts.person,
    alerts.alert_id,
    alerts.kind,
    alerts.level,
    alerts.onset_day,
    alerts.first_alert_day,
    alerts.last_alert_day,
    DATE_DIFF('day', alerts.onset_day, alerts.first_alert_day) AS days_to_alert,
    alerts.alert_status,
    alerts.sent_at,
    COALESCE(near.n_days, 0) AS n_days,
    COALESCE(near.n_rest_mode, 0) AS n_rest_mode,
    COALESCE(near.n_ill_tags, 0) AS n_ill_tags,
    COALESCE(near.n_alcohol, 0) AS n_alcohol_tags,
    CASE
        WHEN feedback.is_ill THEN 'said_ill'
        WHEN NOT feedback.is_ill THEN 'said_not_ill'
        WHEN near.n_ill_tags > 0 THEN 'tagged_ill'
        WHEN near.n_rest_mode > 0 THEN 'rest_mode'
        ELSE 'nothing_recorded'
    END AS outcome
FROM stg_alerts AS alerts
LEFT JOIN near ON alerts.person = near.person AND alerts.alert_id = near.alert_id
LEFT JOIN stg_feedback AS feedback ON alerts.person = feedback.person AND alerts.alert_id = feedback.alert_id
