-- The lakehouse in plain DuckDB, from the CSV files to Parquet: the same rules and metrics in one pass, without Delta,
-- quarantine, increments or tests. It is what the hardware allows, and what the project is measured against.
-- $landing is a folder.

-- Said, not guessed: DuckDB takes another delimiter for some files.
create macro delivered(files) as table
    select * from read_csv(files, all_varchar = true, header = true, delim = ',', quote = '"');
create macro canonical_id(value) as
    case
        when regexp_full_match(trim(value), '[+]?[0-9]+([.]0*)?')
            then coalesce(nullif(ltrim(split_part(ltrim(trim(value), '+'), '.', 1), '0'), ''), '0')
        when regexp_full_match(trim(value), '[A-Za-z0-9][A-Za-z0-9_-]*') then trim(value)
    end;
create macro cleaned(value) as
    case when lower(trim(value)) not in ('', 'null', 'none', 'nan') then trim(value) end;
create macro money(value) as try_cast(cleaned(value) as decimal(12, 2));
create macro whole(value) as try_cast(try_cast(cleaned(value) as decimal(18, 2)) as integer);
create macro utc(value) as try_cast(cleaned(value) as timestamp);
create macro pct(part, whole) as
    cast(round(least(coalesce(100 * part / nullif(whole, 0), 0), 100), 2) as decimal(5, 2));

create table customers as
select distinct on (customer_id)
    canonical_id(customer_id) as customer_id,
    nullif(trim(name), '') as customer_name,
    lower(cleaned(email)) as email,
    upper(cleaned(country)) as country,
    whole(age) as age,
    cast(utc(signup_date) as date) as signup_date,
    lower(cleaned(marketing_opt_in)) = 'true' as marketing_opt_in
from delivered($landing || '/customers/*.csv')
where canonical_id(customer_id) is not null;

create table products as
select distinct on (product_id)
    canonical_id(product_id) as product_id,
    cleaned(category) as category,
    nullif(trim(name), '') as product_name,
    money(price_usd) as price_usd,
    money(cost_usd) as cost_usd
from delivered($landing || '/products/*.csv')
where canonical_id(product_id) is not null;

create table sessions as
select distinct on (session_id)
    canonical_id(session_id) as session_id,
    canonical_id(customer_id) as customer_id,
    lower(cleaned(device)) as device,
    lower(cleaned(source)) as source,
    upper(cleaned(country)) as country
from delivered($landing || '/sessions/*.csv')
where canonical_id(session_id) is not null and utc(start_time) is not null;

create table events as
select distinct on (event_id)
    canonical_id(event_id) as event_id,
    canonical_id(session_id) as session_id,
    utc("timestamp") as event_time,
    case lower(cleaned(event_type)) when 'view' then 'page_view' when 'cart' then 'add_to_cart' else lower(cleaned(event_type)) end
        as event_type,
    canonical_id(product_id) as product_id,
    whole(qty) as quantity,
    money(amount_usd) as amount_usd
from delivered($landing || '/events/*.csv')
where canonical_id(event_id) is not null and canonical_id(session_id) is not null and utc("timestamp") is not null;

create table orders as
select distinct on (order_id)
    canonical_id(order_id) as order_id,
    canonical_id(customer_id) as customer_id,
    utc(order_time) as order_time,
    cast(utc(order_time) as date) as order_date,
    money(total_usd) as total_usd
from delivered($landing || '/orders/*.csv')
where canonical_id(order_id) is not null and utc(order_time) is not null and money(total_usd) >= 0;

create table order_items as
select
    canonical_id(order_id) as order_id,
    canonical_id(product_id) as product_id,
    money(unit_price_usd) as unit_price_usd,
    whole(quantity) as quantity,
    money(line_total_usd) as line_total_usd
from delivered($landing || '/order_items/*.csv');

create table reviews as
select distinct on (review_id)
    canonical_id(review_id) as review_id,
    canonical_id(product_id) as product_id,
    whole(rating) as rating
from delivered($landing || '/reviews/*.csv');

create table order_lines as
with lines as (
    select
        orders.order_id,
        coalesce(orders.customer_id, 'UNKNOWN') as customer_id,
        orders.order_time,
        orders.order_date,
        orders.total_usd,
        coalesce(order_items.product_id, 'UNKNOWN') as product_id,
        coalesce(order_items.quantity, 0) as quantity,
        coalesce(order_items.line_total_usd, 0) as gross_revenue,
        sum(order_items.line_total_usd) over (partition by orders.order_id) as order_gross_revenue,
        row_number() over (
            partition by orders.order_id
            order by order_items.line_total_usd desc, order_items.product_id desc
        ) as line_number
    from orders
    left join order_items using (order_id)
),
shared as (
    select *, cast(round(coalesce(total_usd * gross_revenue / nullif(order_gross_revenue, 0), 0), 2) as decimal(14, 2)) as share_usd
    from lines
)
select
    * exclude (share_usd),
    case when line_number = 1 then total_usd - sum(share_usd) over (partition by order_id) + share_usd else share_usd end
        as net_revenue
from shared;

create table session_metrics as
with views as (
    select session_id, min(event_time) as reached_at from events where event_type = 'page_view' group by all
),
carts as (
    select events.session_id, min(event_time) as reached_at
    from events join views using (session_id) where event_type = 'add_to_cart' and event_time >= reached_at group by all
),
checkouts as (
    select events.session_id, min(event_time) as reached_at
    from events join carts using (session_id) where event_type = 'checkout' and event_time >= reached_at group by all
),
purchases as (
    select events.session_id, min(event_time) as reached_at
    from events join checkouts using (session_id) where event_type = 'purchase' and event_time >= reached_at group by all
),
measured as (
    select
        session_id,
        min(event_time) as session_start_at,
        max(event_time) as session_end_at,
        count(*) as event_count,
        count_if(event_type = 'page_view') as view_count,
        count_if(event_type = 'add_to_cart') as cart_count,
        count_if(event_type = 'checkout') as checkout_count,
        count_if(event_type = 'purchase') as order_count,
        coalesce(sum(amount_usd) filter (event_type = 'purchase'), 0) as revenue
    from events
    group by all
)
select
    measured.*,
    coalesce(sessions.customer_id, 'UNKNOWN') as customer_id,
    cast(session_start_at as date) as session_date,
    date_diff('second', session_start_at, session_end_at) as duration_seconds,
    order_count > 0 as has_purchased,
    coalesce(device, 'UNKNOWN') as device,
    coalesce(source, 'UNKNOWN') as source,
    coalesce(country, 'UNKNOWN') as country,
    case
        when purchases.session_id is not null then 4
        when checkouts.session_id is not null then 3
        when carts.session_id is not null then 2
        when views.session_id is not null then 1
        else 0
    end as ordered_stages
from measured
left join sessions using (session_id)
left join views using (session_id)
left join carts using (session_id)
left join checkouts using (session_id)
left join purchases using (session_id);

create table product_metrics as
with activity as (
    select
        cast(event_time as date) as event_date,
        product_id,
        count_if(event_type = 'page_view') as view_count,
        count_if(event_type = 'add_to_cart') as cart_count,
        0 as order_count, 0 as purchase_count, 0 as gross_revenue, 0 as net_revenue
    from events
    where product_id is not null
    group by all
    union all
    select order_date, product_id, 0, 0, count(distinct order_id), sum(quantity), sum(gross_revenue), sum(net_revenue)
    from order_lines
    group by all
)
select
    event_date,
    product_id,
    any_value(coalesce(product_name, 'UNKNOWN')) as product_name,
    any_value(coalesce(category, 'UNKNOWN')) as category,
    sum(view_count) as view_count,
    sum(cart_count) as cart_count,
    sum(order_count) as order_count,
    sum(purchase_count) as purchase_count,
    sum(gross_revenue) as gross_revenue,
    sum(net_revenue) as net_revenue,
    pct(sum(cart_count), sum(view_count)) as view_to_cart_pct,
    pct(sum(order_count), sum(cart_count)) as cart_to_purchase_pct,
    pct(sum(order_count), sum(view_count)) as overall_conversion_pct
from activity
left join products using (product_id)
group by event_date, product_id;

create table product_ratings as
select product_id, round(avg(rating), 2) as avg_rating, count(rating) as review_count from reviews group by all;

create table site_funnel as
select session_date, device, source, country, stage, count(*) as session_count, count_if(ordered_stages >= stage) as ordered_session_count
from session_metrics, range(1, 5) as stages (stage)
where [view_count, cart_count, checkout_count, order_count][stage] > 0
group by all;

create table daily_sales as
with visits as (
    select session_date, count(*) as session_count, count_if(has_purchased) as purchasing_session_count
    from session_metrics group by all
),
sales as (
    select order_date, count(distinct order_id) as order_count, sum(quantity) as unit_count, sum(gross_revenue) as gross_revenue, sum(net_revenue) as net_revenue
    from order_lines group by all
),
days as (
    select cast(unnest(generate_series(min(day), max(day), interval 1 day)) as date) as sales_date
    from (select session_date as day from visits union all select order_date from sales)
)
select
    sales_date,
    coalesce(session_count, 0) as session_count,
    coalesce(order_count, 0) as order_count,
    coalesce(unit_count, 0) as unit_count,
    coalesce(gross_revenue, 0) as gross_revenue,
    coalesce(net_revenue, 0) as net_revenue,
    round(net_revenue / order_count, 2) as average_order_value,
    pct(purchasing_session_count, session_count) as session_conversion_pct
from days
left join visits on session_date = sales_date
left join sales on order_date = sales_date;

create table customer_ltv as
select
    customer_id,
    date_trunc('month', min(order_date)) as cohort_month,
    count(distinct order_id) as order_count,
    sum(quantity) as units,
    sum(gross_revenue) as gross_revenue,
    sum(net_revenue) as net_revenue,
    sum(quantity * coalesce(cost_usd, 0)) as product_cost,
    min(order_time) as first_order_at,
    max(order_time) as last_order_at
from order_lines
left join products using (product_id)
group by all;

create table customer_rfm as
select
    customer_id,
    ceil(5 * cume_dist() over (order by last_order_at)) as r_score,
    least(order_count, 5) as f_score,
    ceil(5 * cume_dist() over (order by net_revenue)) as m_score
from customer_ltv;

create table customer_cohorts as
select
    cohort_month,
    date_diff('month', cohort_month, order_date) as month_number,
    count(distinct customer_id) as active_customers,
    sum(order_lines.net_revenue) as net_revenue
from order_lines
join customer_ltv using (customer_id)
group by all;

create table customer_360 as
select customers.*, session_count, first_active_at, last_active_at, customer_ltv.* exclude (customer_id), r_score, f_score, m_score
from customers
left join customer_ltv using (customer_id)
left join customer_rfm using (customer_id)
left join (
    select customer_id, count(*) as session_count, min(session_start_at) as first_active_at, max(session_end_at) as last_active_at
    from session_metrics group by all
) using (customer_id);

create table cart_abandonment as
with cart_lines as (
    select session_id, coalesce(product_id, 'UNKNOWN') as product_id, sum(coalesce(quantity, 1)) as quantity, max(event_time) as last_added_at
    from events where event_type = 'add_to_cart' group by all
),
recoveries as (
    select session_id, min(order_time) as recovered_at
    from cart_lines
    join session_metrics using (session_id)
    join order_lines using (customer_id, product_id)
    where not has_purchased and order_time > last_added_at and order_time <= last_added_at + interval 7 day
    group by all
)
select session_id, has_purchased, recovered_at, sum(quantity * price_usd) as cart_value, sum(quantity) as cart_item_count
from cart_lines
join session_metrics using (session_id)
left join products using (product_id)
left join recoveries using (session_id)
group by all;

create table channel_attribution as
select order_id, source, count(*) as touch_count, 1.0 / sum(count(*)) over (partition by order_id) as touch_share
from orders
join session_metrics using (customer_id)
where session_start_at <= order_time and session_start_at >= order_time - interval 30 day
group by order_id, source;
