-- One row per person, calendar day and metric, gaps included: its value, NULL if not measured, and its regime.
-- The measures ride along as an array, in the order of the names below, so that person_day is read once.
WITH measured AS (
    SELECT
        p.person, p.day, p.is_new_ring, p.sleep_algorithm_version AS version,
        IF(p.sleep_h IS NOT NULL OR p.readiness_score IS NOT NULL OR p.steps IS NOT NULL, p.day) AS day_measured,
        ARRAY[
            p.sleep_h, p.deep_h, p.rem_h, p.time_in_bed_h, CAST(p.efficiency_pct AS double), p.latency_min,
            DATE_DIFF('second', CAST(p.day AS timestamp(3)), p.bedtime_start_local) / 3600e0,
            CAST(p.sleep_score AS double), CAST(p.readiness_score AS double), CAST(p.activity_score AS double),
            CAST(p.resting_heart_rate_bpm AS double), p.average_heart_rate_bpm, CAST(p.hrv_rmssd_ms AS double),
            p.respiratory_rate_bpm, p.temperature_deviation_c, p.spo2_pct, CAST(p.steps AS double),
            CAST(p.active_kcal AS double), CAST(p.met_min AS double), p.inactive_h, p.workout_min, p.stress_high_min,
            p.recovery_high_min, CAST(p.vascular_age_y AS double), p.vo2_max_ml_kg_min
        ] AS measures
    FROM person_day AS p
),
days AS (
    SELECT
        person, day, is_new_ring, version, day_measured, measures,
        LAST_VALUE(version) IGNORE NULLS OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS version_before,
        MAX(day_measured) OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS measured_before
    FROM measured
),
breaks AS (
    SELECT
        person, day, measures,
        CASE
            WHEN is_new_ring AND measured_before IS NOT NULL THEN 'ring'
            WHEN version <> version_before THEN 'algorithm'
            WHEN DATE_DIFF('day', measured_before, day_measured) > 15 THEN 'gap'
        END AS reason
    FROM days
),
counted AS (
    SELECT
        person, day, measures, reason,
        1 + COUNT(reason) OVER (PARTITION BY person ORDER BY day ROWS UNBOUNDED PRECEDING) AS regime
    FROM breaks
)
SELECT
    CAST(c.person AS varchar) AS person,
    CAST(c.day AS date) AS day,
    CAST(c.regime AS integer) AS regime,
    CAST(c.reason AS varchar) AS break_reason,
    CAST(m.metric AS varchar) AS metric,
    CAST(ELEMENT_AT(c.measures, m.i) AS double) AS value
FROM counted AS c
CROSS JOIN UNNEST(ARRAY[
    'sleep_h', 'deep_h', 'rem_h', 'time_in_bed_h', 'efficiency_pct', 'latency_min',
    'bedtime_h',
    'sleep_score', 'readiness_score', 'activity_score',
    'resting_heart_rate_bpm', 'average_heart_rate_bpm', 'hrv_rmssd_ms',
    'respiratory_rate_bpm', 'temperature_deviation_c', 'spo2_pct', 'steps',
    'active_kcal', 'met_min', 'inactive_h', 'workout_min', 'stress_high_min',
    'recovery_high_min', 'vascular_age_y', 'vo2_max_ml_kg_min'
]) WITH ORDINALITY AS m (metric, i)
