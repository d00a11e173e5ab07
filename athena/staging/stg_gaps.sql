-- One row per person, collection and day that lacks a record, with the reason.
SELECT
    person,
    id AS gap_id,
    day,
    collection,
    state AS gap_state,
    evidence,
    fetched_at AS known_since
FROM gaps
WHERE NOT COALESCE(is_deleted, FALSE)
