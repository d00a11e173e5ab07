-- One row per reading of the ring's battery.
SELECT
    person,
    "timestamp" AS sampled_at,
    level AS battery_pct,
    charging AS is_charging,
    in_charger AS is_in_charger,
    month
FROM ring_battery_level
