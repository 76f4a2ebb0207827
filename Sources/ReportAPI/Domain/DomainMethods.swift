public import ProtobufWire
public import RPCCore

/// Keeps the list of domains that use reports.
public enum DomainMethods {
  private static let name = "spaceone.api.report.v1.Domain"

  /// Reads one domain.
  public static let get = Method<GetDomainRequest, DomainInfo>(
    service: name, name: "get", permission: .read, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.get, "/report/v1/domain/{domain_id}")])

  /// Reads the domains that match a query.
  public static let list = Method<DomainQuery, DomainsInfo>(
    service: name, name: "list", permission: .read, needsDomain: false, isIdempotent: true,
    isBulk: true,
    httpRules: [
      HTTPRule(.get, "/report/v1/domains"),
      HTTPRule(.post, "/report/v1/domains/search", body: "*"),
    ])

  /// Lets a domain make reports.
  public static let enable = Method<EnableDomainRequest, DomainInfo>(
    service: name, name: "enable", permission: .admin, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.put, "/report/v1/domain/{domain_id}/enable", body: "*")])

  /// Keeps a domain from making reports; those it has stay readable.
  public static let disable = Method<DisableDomainRequest, Empty>(
    service: name, name: "disable", permission: .admin, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.put, "/report/v1/domain/{domain_id}/disable", body: "*")])

  /// The service with all its methods, in the order of the proto file.
  public static let service = ServiceDescriptor(
    name: name,
    methods: [
      get.descriptor,
      list.descriptor,
      enable.descriptor,
      disable.descriptor,
    ])
}
