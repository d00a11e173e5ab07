-- One row per person and day: the readiness of the morning.
WITH recency AS (
    SELECT
        person, id, day, score, temperature_deviation, temperature_trend_deviation, contributors, fetched_at,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY CARDINALITY(FILTER(ARRAY[
                CAST(score AS double), temperature_deviation, temperature_trend_deviation,
                contributors.activity_balance, contributors.body_temperature, contributors.hrv_balance,
                contributors.previous_day_activity, contributors.previous_night, contributors.recovery_index,
                contributors.resting_heart_rate, contributors.sleep_balance
            ], v -> v IS NOT NULL)) DESC, fetched_at DESC, id ASC
        ) AS place
    FROM daily_readiness
    WHERE NOT COALESCE(is_deleted, FALSE)
)
SELECT
    CAST(d.person AS varchar) AS person,
    CAST(d.id AS varchar) AS daily_readiness_id,
    CAST(d.day AS date) AS day,
    CAST(d.score AS integer) AS readiness_score,
    CAST(d.temperature_deviation AS double) AS temperature_deviation_c,
    CAST(d.temperature_trend_deviation AS double) AS temperature_trend_deviation_c,
    CAST(d.contributors.activity_balance AS integer) AS activity_balance_score,
    CAST(d.contributors.body_temperature AS integer) AS body_temperature_score,
    CAST(d.contributors.hrv_balance AS integer) AS hrv_balance_score,
    CAST(d.contributors.previous_day_activity AS integer) AS previous_day_activity_score,
    CAST(d.contributors.previous_night AS integer) AS previous_night_score,
    CAST(d.contributors.recovery_index AS integer) AS recovery_index_score,
    CAST(d.contributors.resting_heart_rate AS integer) AS resting_heart_rate_score,
    CAST(d.contributors.sleep_balance AS integer) AS sleep_balance_score,
    CAST(d.contributors.sleep_regularity AS integer) AS sleep_regularity_score,
    CAST(d.fetched_at AS timestamp(3)) AS fetched_at
FROM recency AS d
WHERE d.place = 1
