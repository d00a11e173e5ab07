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
    metrics.person,
    metrics.day,
    MAX(IF(metrics.metric = 'sleep_h', metrics.value)) AS sleep_h,
    MAX(IF(metrics.metric = 'sleep_h', metrics.difference)) AS sleep_difference_h,
    MAX(IF(metrics.metric = 'sleep_h', metrics.n)) AS sleep_n,
    MAX(IF(metrics.metric = 'sleep_h', metrics.coverage)) AS sleep_coverage,
    MAX(IF(metrics.metric = 'sleep_score', metrics.value)) AS sleep_score,
    MAX(IF(metrics.metric = 'sleep_score', metrics.difference)) AS sleep_score_difference,
    MAX(IF(metrics.metric = 'sleep_score', metrics.n)) AS sleep_score_n,
    MAX(IF(metrics.metric = 'sleep_score', metrics.coverage)) AS sleep_score_coverage,
    MAX(IF(metrics.metric = 'readiness_score', metrics.value)) AS readiness_score,
    MAX(IF(metrics.metric = 'readiness_score', metrics.difference)) AS readiness_score_difference,
    MAX(IF(metrics.metric = 'readiness_score', metrics.n)) AS readiness_score_n,
    MAX(IF(metrics.metric = 'readiness_score', metrics.coverage)) AS readiness_score_coverage,
    MAX(IF(metrics.metric = 'activity_score', metrics.value)) AS activity_score,
    MAX(IF(metrics.metric = 'activity_score', metrics.difference)) AS activity_score_difference,
    MAX(IF(metrics.metric = 'activity_score', metrics.n)) AS activity_score_n,
    MAX(IF(metrics.metric = 'activity_score', metrics.coverage)) AS activity_score_coverage,
    MAX(IF(metrics.metric = 'resting_heart_rate_bpm', metrics.value)) AS resting_heart_rate_bpm,
    MAX(IF(metrics.metric = 'resting_heart_rate_bpm', metrics.difference)) AS resting_heart_rate_difference_bpm,
    MAX(IF(metrics.metric = 'resting_heart_rate_bpm', metrics.n)) AS resting_heart_rate_n,
    MAX(IF(metrics.metric = 'resting_heart_rate_bpm', metrics.coverage)) AS resting_heart_rate_coverage,
    MAX(IF(metrics.metric = 'hrv_rmssd_ms', metrics.value)) AS hrv_rmssd_ms,
    MAX(IF(metrics.metric = 'hrv_rmssd_ms', metrics.difference)) AS hrv_rmssd_difference_ms,
    MAX(IF(metrics.metric = 'hrv_rmssd_ms', metrics.n)) AS hrv_rmssd_n,
    MAX(IF(metrics.metric = 'hrv_rmssd_ms', metrics.coverage)) AS hrv_rmssd_coverage,
    MAX(IF(metrics.metric = 'temperature_deviation_c', metrics.value)) AS temperature_deviation_c,
    MAX(IF(metrics.metric = 'temperature_deviation_c', metrics.difference)) AS temperature_deviation_difference_c,
    MAX(IF(metrics.metric = 'temperature_deviation_c', metrics.n)) AS temperature_deviation_n,
    MAX(IF(metrics.metric = 'temperature_deviation_c', metrics.coverage)) AS temperature_deviation_coverage,
    MAX(IF(metrics.metric = 'steps', metrics.value)) AS steps,
    MAX(IF(metrics.metric = 'steps', metrics.difference)) AS steps_difference,
    MAX(IF(metrics.metric = 'steps', metrics.n)) AS steps_n,
    MAX(IF(metrics.metric = 'steps', metrics.coverage)) AS steps_coverage,
    MAX(loudest.kind) AS finding_kind,
    MAX(loudest.level) AS finding_level
FROM metric_baseline AS metrics
LEFT JOIN loudest ON metrics.person = loudest.person AND metrics.day = loudest.day AND loudest.place = 1
GROUP BY metrics.person, metrics.day
