-- One row per person and calendar day, for people: the headline figures against the person's own 28 days before.
-- Scores of different kinds do not compare: the level decides, then what the finding is about. The ring's battery goes
-- after what any other finding has to say.
WITH loudest AS (
    SELECT
        person, day, kind, level,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY
                CASE
                    WHEN level NOT IN ('major', 'minor') THEN IF(kind = 'ring_battery', 4, 3)
                    WHEN kind = 'ring_battery' THEN 2
                    ELSE IF(level = 'major', 0, 1)
                END ASC,
                CASE kind WHEN 'illness' THEN 0 WHEN 'strain' THEN 1 ELSE 2 END ASC,
                score DESC NULLS LAST, finding_id ASC
        ) AS place
    FROM stg_findings
)
SELECT
    CAST(b.person AS varchar) AS person,
    CAST(b.day AS date) AS day,
    CAST(MAX(IF(b.metric = 'sleep_h', b.value)) AS double) AS sleep_h,
    CAST(MAX(IF(b.metric = 'sleep_h', b.difference)) AS double) AS sleep_difference_h,
    CAST(MAX(IF(b.metric = 'sleep_h', b.n)) AS integer) AS sleep_n,
    CAST(MAX(IF(b.metric = 'sleep_h', b.coverage)) AS double) AS sleep_coverage,
    CAST(MAX(IF(b.metric = 'sleep_score', b.value)) AS integer) AS sleep_score,
    CAST(MAX(IF(b.metric = 'sleep_score', b.difference)) AS double) AS sleep_score_difference,
    CAST(MAX(IF(b.metric = 'sleep_score', b.n)) AS integer) AS sleep_score_n,
    CAST(MAX(IF(b.metric = 'sleep_score', b.coverage)) AS double) AS sleep_score_coverage,
    CAST(MAX(IF(b.metric = 'readiness_score', b.value)) AS integer) AS readiness_score,
    CAST(MAX(IF(b.metric = 'readiness_score', b.difference)) AS double) AS readiness_score_difference,
    CAST(MAX(IF(b.metric = 'readiness_score', b.n)) AS integer) AS readiness_score_n,
    CAST(MAX(IF(b.metric = 'readiness_score', b.coverage)) AS double) AS readiness_score_coverage,
    CAST(MAX(IF(b.metric = 'activity_score', b.value)) AS integer) AS activity_score,
    CAST(MAX(IF(b.metric = 'activity_score', b.difference)) AS double) AS activity_score_difference,
    CAST(MAX(IF(b.metric = 'activity_score', b.n)) AS integer) AS activity_score_n,
    CAST(MAX(IF(b.metric = 'activity_score', b.coverage)) AS double) AS activity_score_coverage,
    CAST(MAX(IF(b.metric = 'resting_heart_rate_bpm', b.value)) AS integer) AS resting_heart_rate_bpm,
    CAST(MAX(IF(b.metric = 'resting_heart_rate_bpm', b.difference)) AS double) AS resting_heart_rate_difference_bpm,
    CAST(MAX(IF(b.metric = 'resting_heart_rate_bpm', b.n)) AS integer) AS resting_heart_rate_n,
    CAST(MAX(IF(b.metric = 'resting_heart_rate_bpm', b.coverage)) AS double) AS resting_heart_rate_coverage,
    CAST(MAX(IF(b.metric = 'hrv_rmssd_ms', b.value)) AS integer) AS hrv_rmssd_ms,
    CAST(MAX(IF(b.metric = 'hrv_rmssd_ms', b.difference)) AS double) AS hrv_rmssd_difference_ms,
    CAST(MAX(IF(b.metric = 'hrv_rmssd_ms', b.n)) AS integer) AS hrv_rmssd_n,
    CAST(MAX(IF(b.metric = 'hrv_rmssd_ms', b.coverage)) AS double) AS hrv_rmssd_coverage,
    CAST(MAX(IF(b.metric = 'temperature_deviation_c', b.value)) AS double) AS temperature_deviation_c,
    CAST(MAX(IF(b.metric = 'temperature_deviation_c', b.difference)) AS double) AS temperature_deviation_difference_c,
    CAST(MAX(IF(b.metric = 'temperature_deviation_c', b.n)) AS integer) AS temperature_deviation_n,
    CAST(MAX(IF(b.metric = 'temperature_deviation_c', b.coverage)) AS double) AS temperature_deviation_coverage,
    CAST(MAX(IF(b.metric = 'steps', b.value)) AS integer) AS steps,
    CAST(MAX(IF(b.metric = 'steps', b.difference)) AS double) AS steps_difference,
    CAST(MAX(IF(b.metric = 'steps', b.n)) AS integer) AS steps_n,
    CAST(MAX(IF(b.metric = 'steps', b.coverage)) AS double) AS steps_coverage,
    CAST(MAX(f.kind) AS varchar) AS finding_kind,
    CAST(MAX(f.level) AS varchar) AS finding_level
FROM metric_baseline AS b
LEFT JOIN loudest AS f ON b.person = f.person AND b.day = f.day AND f.place = 1
GROUP BY b.person, b.day
