public import RPCCore

/// The catalogue of reports that can be asked for.
public enum TemplateMethods {
  private static let name = "spaceone.api.report.v1.Template"

  /// Reads one template. The published binding is the POST; GET is this server's addition.
  public static let get = Method<GetTemplateRequest, TemplateInfo>(
    service: name, name: "get", permission: .read, needsDomain: false, isIdempotent: true,
    httpRules: [
      HTTPRule(.post, "/report/v1/template/{template_id}", body: "*"),
      HTTPRule(.get, "/report/v1/template/{template_id}"),
    ])

  /// Reads the templates that match.
  public static let list = Method<TemplateQuery, TemplatesInfo>(
    service: name, name: "list", permission: .read, needsDomain: false, isIdempotent: true,
    isBulk: true,
    httpRules: [
      HTTPRule(.get, "/report/v1/templates"),
      HTTPRule(.post, "/report/v1/templates/search", body: "*"),
    ])

  /// The service with all its methods, in the order of the proto file.
  public static let service = ServiceDescriptor(
    name: name,
    methods: [
      get.descriptor,
      list.descriptor,
    ])
}
