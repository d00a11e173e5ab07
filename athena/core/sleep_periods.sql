-- One row per person and sleep that counts: whether it is the day's main one, and what it adds to the day's total.
WITH counted AS (
    SELECT
        person, day, sleep_id, counts_as, asleep_s,
        IF(bedtime_end_at > bedtime_start_at, bedtime_start_at) AS start_at,
        IF(bedtime_end_at > bedtime_start_at, bedtime_end_at) AS end_at,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY CASE WHEN counts_as = 'night' THEN 0 ELSE 1 END ASC, time_in_bed_s DESC, sleep_id ASC
        ) AS place
    FROM stg_sleep
    WHERE counts_as IS NOT NULL
),
ordered AS (
    SELECT
        person, day, sleep_id, counts_as, asleep_s, start_at, end_at, place,
        MAX(end_at) OVER (
            PARTITION BY person, day ORDER BY start_at, sleep_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS end_before
    FROM counted
),
-- Periods that overlap are one stretch of sleep.
stretches AS (
    SELECT
        person, day, sleep_id, counts_as, asleep_s, start_at, end_at, place, GREATEST(start_at, COALESCE(
            end_before, start_at
        )) AS new_at,
        SUM(IF(start_at < end_before, 0, 1)) OVER (
            PARTITION BY person, day ORDER BY start_at, sleep_id ROWS UNBOUNDED PRECEDING
        ) AS stretch
    FROM ordered
),
firsts AS (
    SELECT
        person, day, sleep_id, counts_as, asleep_s, start_at, end_at, place, new_at,
        MIN(place) OVER alike AS first_place,
        MIN_BY(start_at, place) OVER alike AS first_start_at, MIN_BY(end_at, place) OVER alike AS first_end_at,
        MIN_BY(counts_as, place) OVER alike AS first_counts_as
    FROM stretches
    WINDOW alike AS (PARTITION BY person, day, stretch)
),
-- The first of a stretch counts in full, another with the share that neither it nor an earlier one covers.
covered AS (
    SELECT
        person, day, sleep_id, counts_as, asleep_s, place, first_place, first_counts_as,
        (
            GREATEST(0, DATE_DIFF('second', new_at, end_at))
            - GREATEST(0, DATE_DIFF('second', GREATEST(new_at, first_start_at), LEAST(end_at, first_end_at)))
        ) / NULLIF(CAST(DATE_DIFF('second', start_at, end_at) AS double), 0e0) AS share
    FROM firsts
)
SELECT
    person,
    day,
    sleep_id,
    counts_as,
    place = 1 AND counts_as = 'night' AS is_main,
    first_place = 1 AND first_counts_as = 'night' AS is_of_night,
    place = first_place AS is_first,
    IF(place = first_place, asleep_s, asleep_s * share) AS added_s
FROM covered
