import './details.css'
import type { ComponentChildren } from 'preact'
import { hoursEnd, type Tenant } from '../../data/tenant.ts'
import { formatAge, formatCount, formatShortTime } from '../../text/format.ts'
import { laterTexts } from '../../text/later-texts.ts'
import { formats } from '../../text/locale.ts'
import { statusWord } from '../../text/status-word.ts'
import { texts } from '../../text/texts.ts'
import type { Unseen } from '../../triage/seen.ts'
import type { Mute } from '../../triage/settings.ts'
import { MutedMark } from '../marks.tsx'
import { Ticking } from '../ticking.ts'
import { Hours } from './hours.tsx'
import { TenantHistory } from './tenant-history.tsx'

type DetailsProps = {
  tenant: Tenant
  groups: readonly string[]
  mute: Mute | undefined
  /** The tenant's address in Sophos Central, if the settings have a template for it. */
  link: string | undefined
  unseen: Unseen | undefined
}

/** All details of one tenant. */
export function RowDetails({ tenant, groups, mute, link, unseen }: DetailsProps) {
  const { hourly, hourlyBySeverity, collectedAt } = tenant
  return (
    <div class="row-details">
      <div class="what">
        {mute && (
          <p class="mute">
            <MutedMark /> {laterTexts.details.mutedUntil(day(mute.until))}
            {mute.why && (
              <>
                : <bdi>{mute.why}</bdi>
              </>
            )}
          </p>
        )}
        {tenant.reason !== '' && (
          <p class="why">
            <bdi>{tenant.reason}</bdi>
          </p>
        )}
        {link && (
          <p>
            <a href={link} target="_blank" rel="noreferrer">
              {laterTexts.details.link}
            </a>
          </p>
        )}
        <Facts tenant={tenant} groups={groups} unseen={unseen} />
      </div>
      <div class="when">
        {hourly && collectedAt !== undefined ? (
          <Hours hourly={hourly} bySeverity={hourlyBySeverity} end={hoursEnd(collectedAt)} />
        ) : (
          <p class="heading">{laterTexts.details.noHours}</p>
        )}
      </div>
      <div class="past">
        <TenantHistory key={tenant.key} tenantId={tenant.id} source={tenant.source ?? 'default'} />
      </div>
    </div>
  )
}

function Facts({ tenant, groups, unseen }: Pick<DetailsProps, 'tenant' | 'groups' | 'unseen'>) {
  const { collectedAt, news, method, migration } = tenant
  const rows: [string, ComponentChildren][] = [
    [texts.table.status, tenant.status && statusWord(tenant.status)],
    [
      laterTexts.details.collected,
      collectedAt !== undefined && (
        <Ticking text={now => `${formatShortTime(collectedAt, now)} · ${formatAge(collectedAt, now)}`} />
      ),
    ],
    [
      news?.since === undefined
        ? texts.table.new
        : laterTexts.details.newSince(formatShortTime(news.since, news.since)),
      news?.total !== undefined && formatCount(news.total),
    ],
    [laterTexts.details.unseen, unseen && formatCount(unseen.total)],
    [laterTexts.filter.group, groups.length > 0 && formats.list.format(groups)],
    [laterTexts.details.region, tenant.region],
    [laterTexts.details.source, tenant.source],
    [laterTexts.details.method, method && (laterTexts.details.methods[method] ?? method)],
    [laterTexts.details.migration, migration && (laterTexts.details.migrations[migration] ?? migration)],
    [laterTexts.details.id, tenant.id],
  ]
  return (
    <dl class="facts">
      {rows.map(
        ([name, value]) =>
          value !== undefined &&
          value !== false &&
          value !== '' && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** The last day of a mute: a calendar day, not a moment. */
function day(until: string): string {
  return new Intl.DateTimeFormat(formats.locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    Date.parse(`${until}T00:00:00Z`),
  )
}
