-- One row per person, collection and day that lacks a record, with the reason.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS gap_id,
    CAST(day AS date) AS day,
    CAST(collection AS varchar) AS collection,
    CAST(state AS varchar) AS gap_state,
    CAST(evidence AS varchar) AS evidence,
    CAST(fetched_at AS timestamp(3)) AS known_since
FROM gaps
WHERE NOT COALESCE(is_deleted, FALSE)
