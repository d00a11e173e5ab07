-- One row per person and collection that holds anything: how much, from when to when, how many days without.
WITH counted AS (
    SELECT
        person, collection, SUM(n_records) AS n_records, MIN(day) AS first_day, MAX(day) AS last_day,
        COUNT(DISTINCT day) AS n_days
    FROM record_days
    GROUP BY person, collection
)
SELECT
    person,
    collection,
    n_records,
    first_day,
    last_day,
    n_days,
    IF(
        collection NOT IN (
            'vo2_max', 'workout', 'session', 'enhanced_tag', 'tag', 'rest_mode_period', 'ring_configuration',
            'personal_info'
        ),
        DATE_DIFF('day', first_day, last_day) + 1 - n_days
    ) AS n_days_missing
FROM counted
