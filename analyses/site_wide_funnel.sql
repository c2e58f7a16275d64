with {{ funnel_of_period() }}

select * from steps
order by stage_order
