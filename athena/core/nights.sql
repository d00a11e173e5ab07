-- One row per person and day of waking with any sleep: the main sleep and the day's total.
WITH totals AS (
    SELECT
        person, day,
        SUM(added_s) AS asleep_s,
        SUM(IF(is_of_night, 0e0, added_s)) AS nap_s,
        COUNT(IF(is_first, 1)) AS n_sleeps,
        COUNT(IF(is_first AND NOT is_of_night, 1)) AS n_naps,
        MAX(IF(is_main, sleep_id)) AS main_id
    FROM sleep_periods
    GROUP BY person, day
)
SELECT
    CAST(t.person AS varchar) AS person,
    CAST(t.day AS date) AS day,
    CAST(t.main_id AS varchar) AS sleep_id,
    CAST(m.bedtime_start_at AS timestamp(3)) AS bedtime_start_at,
    CAST(m.bedtime_end_at AS timestamp(3)) AS bedtime_end_at,
    CAST(m.bedtime_start_local AS timestamp(3)) AS bedtime_start_local,
    CAST(m.bedtime_end_local AS timestamp(3)) AS bedtime_end_local,
    CAST(m.bedtime_end_utc_offset_min AS integer) AS utc_offset_min,
    CAST(m.bedtime_start_utc_offset_min <> m.bedtime_end_utc_offset_min AS boolean) AS has_offset_change,
    CAST(t.asleep_s / 3600e0 AS double) AS sleep_h,
    CAST(m.time_in_bed_s / 3600e0 AS double) AS time_in_bed_h,
    CAST(m.asleep_s / 3600e0 AS double) AS asleep_h,
    CAST(m.deep_s / 3600e0 AS double) AS deep_h,
    CAST(m.rem_s / 3600e0 AS double) AS rem_h,
    CAST(m.light_s / 3600e0 AS double) AS light_h,
    CAST(m.awake_s / 3600e0 AS double) AS awake_h,
    CAST(m.latency_s / 60e0 AS double) AS latency_min,
    CAST(m.efficiency_pct AS integer) AS efficiency_pct,
    CAST(m.n_restless_periods AS integer) AS n_restless_periods,
    CAST(m.lowest_heart_rate_bpm AS integer) AS resting_heart_rate_bpm,
    CAST(m.average_heart_rate_bpm AS double) AS average_heart_rate_bpm,
    CAST(m.hrv_rmssd_ms AS integer) AS hrv_rmssd_ms,
    CAST(m.respiratory_rate_bpm AS double) AS respiratory_rate_bpm,
    CAST(m.sleep_phase_5_min AS varchar) AS sleep_phase_5_min,
    CAST(m.has_low_battery AS boolean) AS has_low_battery,
    CAST(m.sleep_algorithm_version AS varchar) AS sleep_algorithm_version,
    CAST(t.n_sleeps AS integer) AS n_sleeps,
    CAST(t.n_naps AS integer) AS n_naps,
    CAST(t.nap_s / 3600e0 AS double) AS nap_h
FROM totals AS t
LEFT JOIN stg_sleep AS m ON t.person = m.person AND t.main_id = m.sleep_id
