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
    person,
    id AS daily_readiness_id,
    day,
    score AS readiness_score,
    temperature_deviation AS temperature_deviation_c,
    temperature_trend_deviation AS temperature_trend_deviation_c,
    contributors.activity_balance AS activity_balance_score,
    contributors.body_temperature AS body_temperature_score,
    contributors.hrv_balance AS hrv_balance_score,
    contributors.previous_day_activity AS previous_day_activity_score,
    contributors.previous_night AS previous_night_score,
    contributors.recovery_index AS recovery_index_score,
    contributors.resting_heart_rate AS resting_heart_rate_score,
    contributors.sleep_balance AS sleep_balance_score,
    contributors.sleep_regularity AS sleep_regularity_score,
    fetched_at
FROM recency
WHERE place = 1
