-- One row per person and collection that holds anything: how much, how fresh, what is missing and why.
WITH held AS (
    SELECT
        person, collection, SUM(n_records) AS n_records, MIN(day) AS first_day, MAX(day) AS last_day,
        MAX(last_change_at) AS last_change_at, SUM(n_late) AS n_late
    FROM record_days
    GROUP BY person, collection
),
holes AS (
    SELECT
        person, collection, COUNT(IF(state <> 'stored', 1)) AS n_missing, COUNT(*) AS n_days,
        COUNT(IF(state IN ('api_error', 'scope_not_granted', 'membership_lapsed'), 1)) AS n_refused,
        COUNT(IF(state IN ('nothing_recorded', 'not_judged_yet'), 1)) AS n_unexplained, MAX(day) AS last_day
    FROM gap_days
    GROUP BY person, collection
)
SELECT
    held.person,
    held.collection,
    held.n_records,
    held.first_day,
    held.last_day,
    DATE_DIFF('day', held.last_day, MAX(holes.last_day) OVER (PARTITION BY held.person)) AS days_behind,
    held.last_change_at,
    held.n_late,
    holes.n_days,
    holes.n_missing,
    1e0 - holes.n_missing / NULLIF(CAST(holes.n_days AS double), 0e0) AS coverage,
    holes.n_refused,
    holes.n_unexplained
FROM held
LEFT JOIN holes ON held.person = holes.person AND held.collection = holes.collection
