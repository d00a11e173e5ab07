-- One row per episode that a person said something of.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS alert_id,
    CAST(day AS date) AS onset_day,
    CAST(kind AS varchar) AS kind,
    CAST(is_ill AS boolean) AS is_ill,
    CAST(note AS varchar) AS note,
    CAST(said_at AS timestamp(3)) AS said_at
FROM feedback
WHERE NOT COALESCE(is_deleted, FALSE)
