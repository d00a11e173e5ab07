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
    totals.person,
    totals.day,
    totals.main_id AS sleep_id,
    main.bedtime_start_at,
    main.bedtime_end_at,
    main.bedtime_start_local,
    main.bedtime_end_local,
    main.bedtime_end_utc_offset_min AS utc_offset_min,
    main.bedtime_start_utc_offset_min <> main.bedtime_end_utc_offset_min AS has_offset_change,
    totals.asleep_s / 3600e0 AS sleep_h,
    main.time_in_bed_s / 3600e0 AS time_in_bed_h,
    main.asleep_s / 3600e0 AS asleep_h,
    main.deep_s / 3600e0 AS deep_h,
    main.rem_s / 3600e0 AS rem_h,
    main.light_s / 3600e0 AS light_h,
    main.awake_s / 3600e0 AS awake_h,
    main.latency_s / 60e0 AS latency_min,
    main.efficiency_pct,
    main.n_restless_periods,
    main.lowest_heart_rate_bpm AS resting_heart_rate_bpm,
    main.average_heart_rate_bpm,
    main.hrv_rmssd_ms,
    main.respiratory_rate_bpm,
    main.sleep_phase_5_min,
    main.has_low_battery,
    main.sleep_algorithm_version,
    totals.n_sleeps,
    totals.n_naps,
    totals.nap_s / 3600e0 AS nap_h
FROM totals
LEFT JOIN stg_sleep AS main ON totals.person = main.person AND totals.main_id = main.sleep_id
