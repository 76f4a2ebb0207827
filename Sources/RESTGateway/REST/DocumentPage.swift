internal import ProtobufWire
internal import RPCCore

/// The model as a page for people: everything is in it, nothing is loaded and nothing runs.
struct DocumentPage {
  private static let style = """
    :root{color-scheme:light dark;--line:#8884;--soft:#8881;--link:light-dark(#0b57d0,#8ab4f8)}
    body{font:16px/1.5 system-ui,sans-serif;margin:0;display:flex}
    nav{width:17rem;flex:none;height:100vh;position:sticky;top:0;overflow:auto;padding:1rem;
    box-sizing:border-box;border-right:1px solid var(--line)}
    main{padding:1rem 2rem 30vh;max-width:60rem;min-width:0;flex:1}
    nav a{display:block;padding:.1rem 0;overflow-wrap:anywhere}
    nav b{display:block;margin-top:1rem}a{color:var(--link);text-decoration:none}
    a:hover{text-decoration:underline}code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
    section{border:1px solid var(--line);border-radius:8px;padding:.25rem 1rem;margin:1rem 0}
    h3{font-size:1rem;overflow-wrap:anywhere}.v{display:inline-block;min-width:3.5rem;padding:.1rem .4rem;
    margin-right:.5rem;border-radius:4px;background:#555;color:#fff;text-align:center;font-size:.8rem}
    .GET{background:#1a73e8}.POST{background:#188038}.PUT{background:#a05a00}.DELETE{background:#c5221f}
    table{border-collapse:collapse;width:100%;margin:.5rem 0}
    td,th{text-align:left;vertical-align:top;padding:.3rem .5rem;border-top:1px solid var(--line)}
    td:first-child code{overflow-wrap:normal}td:last-child{width:100%}td{min-width:5rem}
    pre{background:var(--soft);padding:.6rem;border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere}
    .n{float:right;font-weight:normal;opacity:.7}
    @media(max-width:50rem){body{display:block}main{padding:1rem}.n{float:none;display:block}
    nav{width:auto;height:auto;position:static;columns:11rem;border-right:0;
    border-bottom:1px solid var(--line);font-size:.9rem}nav b{break-after:avoid}nav a{padding:.2rem 0}
    table,tbody,tr,td{display:block;width:auto}tr:first-child{display:none}
    tr{border-top:1px solid var(--line);padding:.3rem 0}
    td{border:0;padding:.1rem 0;display:inline-block;min-width:0;margin-right:1rem}
    td:last-child{display:block;width:auto;margin:0}}
    """

  private let model: OpenAPIModel

  init(_ model: OpenAPIModel) {
    self.model = model
  }

  /// The whole page.
  func html(version: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><title>Reportwire</title>
    <meta name="viewport" content="width=device-width,initial-scale=1"><style>\(Self.style)</style></head>
    <body><nav><strong>Reportwire \(Self.escaped(version))</strong>\(contents)</nav><main>
    <h1>Reportwire</h1>
    <p>All methods by HTTP and JSON, as <a href="/openapi.json">openapi.json</a> has them for programs.</p>
    <p>Fields have the names of the proto files; lowerCamelCase is understood too. Errors are
    <code>{"detail":{"code":"ERROR_…","message":"…"}}</code>. Tokens go into
    <code>Authorization: Bearer …</code>, deadlines into <code>X-Timeout-Seconds</code> or
    <code>Grpc-Timeout</code>, and <code>X-Request-Id</code> names a request in the logs.</p>
    \(model.services.map(section).joined())
    <h2>Messages</h2>
    \(model.messages.map { section($0.descriptor) }.joined())
    </main></body></html>

    """
  }

  private var contents: String {
    model.services.map { service in
      "<b>\(Self.escaped(service.name))</b>"
        + service.operations.map { operation in
          "<a href=\"#\(operation.id)\">\(Self.escaped(operation.id))</a>"
        }.joined()
    }.joined()
  }

  private func section(_ service: OpenAPIModel.Service) -> String {
    "<h2>\(Self.escaped(service.name))</h2><p>\(Self.text(service.comment))</p>"
      + service.operations.map(section).joined()
  }

  private func section(_ operation: OpenAPIModel.Operation) -> String {
    let verb = operation.rule.verb.rawValue
    let path = Self.escaped(operation.rule.path)
    var html = """
      <section id="\(operation.id)"><h3><span class="v \(verb)">\(verb)</span><code>\(path)</code>
      <span class="n">\(Self.escaped(operation.id))</span></h3>
      <p>\(Self.text(operation.comment))</p>
      """
    if !operation.parameters.isEmpty {
      html += "<table><tr><th>Parameter<th>In<th>Type<th></tr>"
      for parameter in operation.parameters {
        html += "<tr><td><code>\(Self.escaped(parameter.name))</code>"
        html += "<td>\(parameter.isInPath ? "path" : "query")"
        html += "<td>\(type(of: parameter.field))<td>\(Self.text(parameter.comment))</tr>"
      }
      html += "</table>"
    }
    if !operation.rule.body.isEmpty {
      html += "<p>Body: \(link(operation.method.input))</p>"
    }
    let output = link(operation.method.output)
    html +=
      operation.method.isServerStreaming
      ? "<p>Answer: a stream of \(output), as <code>application/x-ndjson</code> or "
        + "<code>text/event-stream</code></p>" : "<p>Answer: \(output)</p>"
    return html + "<pre>\(Self.escaped(example(operation)))</pre></section>"
  }

  /// A command to begin with.
  private func example(_ operation: OpenAPIModel.Operation) -> String {
    var path = operation.rule.path
    for parameter in operation.parameters where parameter.isInPath {
      path = path.split(separator: "/").map { part in
        part == "{\(parameter.name)}" ? "${\(parameter.name.uppercased())}" : String(part)
      }.joined(separator: "/")
      if !path.hasPrefix("/") { path = "/" + path }
    }
    let verb = operation.rule.verb
    var command = "curl " + (verb == .get ? "" : "-X \(verb.rawValue) ")
    let query = operation.parameters.filter { !$0.isInPath && $0.isRequired }
      .map { "\($0.name)=${\($0.name.uppercased())}" }.joined(separator: "&")
    command += "\"$URL\(path)\(query.isEmpty ? "" : "?" + query)\""
    if !operation.rule.body.isEmpty {
      let domain = operation.method.needsDomain ? "\"domain_id\": \"…\"" : ""
      command += " -H 'Content-Type: application/json' -d '{\(domain)}'"
    }
    return command
  }

  private func section(_ descriptor: MessageDescriptor) -> String {
    let name = Self.escaped(descriptor.fullName)
    var html = "<section id=\"\(name)\"><h3><code>\(name)</code></h3>"
    html += "<p>\(Self.text(model.comments[descriptor.fullName] ?? ""))</p>"
    guard !descriptor.fields.isEmpty else { return html + "</section>" }
    html += "<table><tr><th>Field<th>Type<th></tr>"
    for field in descriptor.fields {
      let comment = model.comments["\(descriptor.fullName).\(field.name)"] ?? ""
      html += "<tr><td><code>\(Self.escaped(field.name))</code>"
      html += "<td>\(type(of: field))<td>\(Self.text(comment))</tr>"
    }
    return html + "</table></section>"
  }

  private func type(of field: FieldDescriptor) -> String {
    if case .map(let key, let value) = field.kind {
      return "map of \(name(of: key)) to \(name(of: value))"
    }
    return (field.isRepeated ? "list of " : "") + name(of: field.kind)
  }

  private func name(of kind: FieldDescriptor.Kind) -> String {
    switch kind {
    case .message(let type): link(type)
    case .enum(let descriptor):
      descriptor.values.map { "<code>\(Self.escaped($0.name))</code>" }.joined(separator: " ")
    default: "\(kind)"
    }
  }

  private func link(_ type: any Message.Type) -> String {
    let name = type.descriptor.fullName
    let short = Self.escaped(OpenAPIModel.shortName(name))
    guard model.messages.contains(where: { $0.descriptor === type.descriptor }) else {
      return short
    }
    return "<a href=\"#\(Self.escaped(name))\">\(short)</a>"
  }

  /// A comment, in which backquotes are around code.
  private static func text(_ comment: String) -> String {
    escaped(comment).split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset % 2 == 1 ? "<code>\($0.element)</code>" : String($0.element) }.joined()
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
