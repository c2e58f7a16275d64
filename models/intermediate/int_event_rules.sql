{{ config(materialized='table') }}

select cast({{ repeated_event_seconds() }} as int) as repeated_event_seconds
