{#- Where visits come from. docs/channels.md documents it for users. -#}

{#- The host of an address in lower case, without www. Null if it is none. -#}
{% macro host_of(address) -%}
  nullif(
    regexp_replace(
      lower(regexp_extract({{ address }}, '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#@]*@)?([^/:?#@]+)', 2)), '^www[.]', ''
    ),
    ''
  )
{%- endmacro %}


{#- Engines decode bytes that are no UTF-8 to null or to a replacement character. -#}
{% macro address_parameter(address, name) -%}
  {%- set decoded = "try_url_decode(regexp_extract(" ~ address ~ ", '^[^?#]*[?]([^#]*?&)??" ~ name ~ "=([^&#]*)', 2))" -%}
  {{ lakehouse.mask_email("nullif(trim(case when not contains(" ~ decoded ~ ", '�') then " ~ decoded ~ " end), '')") }}
{%- endmacro %}


{#- The click identifier in each session's `parameters`, those of the address of its first page. -#}
{% macro clicks_of(relation) -%}
    select
        first_clicks.session_id,
        click_ids.traffic_source,
        click_ids.traffic_medium,
        click_ids.wins_over_utm
    from (
        select
            given.session_id,
            min_by(known.parameter, struct(not known.wins_over_utm, known.parameter)) as parameter
        from (
            select session_id, explode(split(parameters, '&')) as parameter
            from {{ relation }}
            where parameters <> ''
        ) as given
        inner join {{ ref('click_ids') }} as known on regexp_extract(given.parameter, '^([^=]+)=.', 1) = known.parameter
        group by given.session_id
    ) as first_clicks
    inner join {{ ref('click_ids') }} as click_ids on first_clicks.parameter = click_ids.parameter
{%- endmacro %}


{#- The known site of each value of a column with hosts or names of sources: the longest one that matches. -#}
{% macro known_sites(relation, column) -%}
    select
        names.name,
        max_by(sites.site, length(sites.site)) as site,
        max_by(sites.kind, length(sites.site)) as kind
    from (select distinct lower({{ column }}) as name from {{ relation }}) as names
    cross join (
        select
            site,
            kind,
            -- a site without a point has any country's domain
            concat(
                '^(.*[.])?', replace(site, '.', '[.]'), case when contains(site, '.') then '' else '([.][a-z]{2,3}){0,2}' end, '$'
            ) as pattern
        from {{ ref('traffic_sites') }}
    ) as sites
    where names.name rlike sites.pattern
    group by names.name
{%- endmacro %}


{#- The group of each source, medium and campaign in a relation: that of the first rule whose conditions are all true. -#}
{% macro channel_groups(relation) -%}
    select
        visited.traffic_source,
        visited.traffic_medium,
        visited.campaign,
        min_by(rules.channel_group, rules.rule_number) as channel_group
    from (select distinct traffic_source, traffic_medium, campaign from {{ relation }}) as visited
    left join (

{{ lakehouse.known_sites(relation, 'traffic_source') }}

    ) as sites on lower(visited.traffic_source) = sites.name
    cross join {{ ref('channel_rules') }} as rules
    where
        coalesce(rules.source_kind, '') in ('', sites.kind)
        and lower(visited.traffic_source) rlike coalesce(rules.source_pattern, '')
        and lower(visited.traffic_medium) rlike coalesce(rules.medium_pattern, '')
        and lower(visited.campaign) rlike coalesce(rules.campaign_pattern, '')
    group by visited.traffic_source, visited.traffic_medium, visited.campaign
{%- endmacro %}
