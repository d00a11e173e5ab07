-- One row per episode that a person said something of.
SELECT
    person,
    id AS alert_id,
    day AS onset_day,
    kind,
    is_ill,
    note,
    said_at
FROM feedback
WHERE NOT COALESCE(is_deleted, FALSE)
