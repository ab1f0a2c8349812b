import { buildSchema } from 'graphql'

/**
 * The part of Sophos Fusion's GraphQL schema that the product uses, with the names of Sophos' published schemas
 * (developer.sophos.com/assets/graphql, detections-v2 and cases-v2). Requests that do not match it are refused, as by
 * the real service.
 */
export const fusionSchema = buildSchema(`
  scalar Float32

  type Query {
    caseTypes(arguments: CaseTypesArguments!): CaseTypes!
    detectionSearch(in: SearchRequestInput): AlertsResponse
    detectionCountByTenant(in: AlertsCountByTenantInput!): AlertsCountByTenantResponse
    detectionAggregatesBySeverity(in: AggregateAlertsBySeverityInputInput): AlertsAggregateResponse
  }

  input CaseTypesArguments { caseId: ID, transitionFromId: ID }
  type CaseTypes { types: [CaseType!] }
  type CaseType { id: ID!, name: String! }

  input SearchRequestInput { cql_query: String, limit: Int, offset: Int, tenant_service_filters: [String!] }
  enum RPCResponseStatus { OK INVALID_REQUEST TRANSACTION_ERROR }
  type AlertsResponse { status: RPCResponseStatus, reason: String, alerts: AlertsList }
  type AlertsList { list: [Alert2!], total_results: Int, group_by: [AggregationResponse!] }
  type Alert2 { id: ID! }
  type AggregationResponse { value: Float, keys: [AggregationKeys!] }
  type AggregationKeys { key: String!, value: String! }

  input AlertsCountByTenantInput { ql_query: String!, tenant_service_filters: [String!] }
  type AlertsCountByTenantResponse { items: [AlertsCountByTenantResponseItem!] }
  type AlertsCountByTenantResponseItem { count: Int!, tenant: TenantV4! }
  type TenantV4 { id: ID! }

  input TimestampInput { seconds: Int, nanos: Int }
  enum AggregateAlertsBySeverityInput_GroupBy { DOMAIN WATCHLIST HOSTNAME DETECTOR USER }
  input AggregateAlertsBySeverityInputInput {
    group_by: AggregateAlertsBySeverityInput_GroupBy
    limit: Int
    earliest: TimestampInput
    latest: TimestampInput
  }
  type AlertsAggregateResponse { aggregation: [AlertsAggregation!] }
  type AlertsAggregation { key: String, count: Int, severities: AlertsAggregationSeverity }
  type AlertsAggregationSeverity { info: Int, low: Int, medium: Int, high: Int, critical: Int }
`)
