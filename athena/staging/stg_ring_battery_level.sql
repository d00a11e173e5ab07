-- One row per reading of the ring's battery.
SELECT
    CAST(person AS varchar) AS person,
    CAST("timestamp" AS timestamp(3)) AS sampled_at,
    CAST(level AS integer) AS battery_pct,
    CAST(charging AS boolean) AS is_charging,
    CAST(in_charger AS boolean) AS is_in_charger,
    CAST(month AS varchar) AS month
FROM ring_battery_level
