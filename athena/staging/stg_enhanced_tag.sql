-- One row per tag a person set.
SELECT
    person,
    id AS enhanced_tag_id,
    start_day AS day,
    COALESCE(end_day, start_day) AS end_day,
    start_time AS started_at,
    DATE_ADD('minute', start_time_utc_offset_min, start_time) AS started_local,
    start_time_utc_offset_min AS utc_offset_min,
    end_time AS ended_at,
    -- Where two clocks turn the order, the start's counts.
    DATE_ADD(
        'minute',
        IF(
            CAST(DATE_ADD('minute', end_time_utc_offset_min, end_time) AS timestamp(3))
            < CAST(DATE_ADD('minute', start_time_utc_offset_min, start_time) AS timestamp(3)),
            start_time_utc_offset_min,
            end_time_utc_offset_min
        ),
        end_time
    ) AS ended_local,
    tag_type_code,
    NULLIF(custom_name, '') AS custom_name,
    NULLIF(comment, '') AS comment,
    fetched_at
FROM enhanced_tag
WHERE NOT COALESCE(is_deleted, FALSE)
