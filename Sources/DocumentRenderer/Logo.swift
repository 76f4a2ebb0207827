internal import CPangoCairo
internal import ReportCore

/// A picture at the head of a document. Used from one thread.
final class Logo {
  private let image: OpaquePointer
  /// As it is drawn, in points: a pixel is 3/4 of a point at most, and all of it keeps to the place that
  /// there is.
  let size: (width: Double, height: Double)

  /// Decoded, a pixel takes four bytes for as long as the file is made.
  static let pixelsMax = 1_000_000
  private static let widthMax = 150.0
  private static let heightMax = 42.0
  private static let pointsPerPixel = 0.75

  /// Why a picture cannot be used.
  struct Fault: Error {
    /// Goes on after what names the picture: `is no PNG`.
    let reason: String
  }

  init(png: [UInt8]) throws(Fault) {
    // The signature and the first chunk, which says the size (ISO 15948, 11.2.2): looked at before anybody
    // takes memory for the pixels.
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard png.count >= 24, png.starts(with: signature), png[12..<16].elementsEqual("IHDR".utf8)
    else { throw Fault(reason: "is no PNG") }
    func number(_ range: Range<Int>) -> Int { png[range].reduce(0) { $0 << 8 | Int($1) } }
    let (width, height) = (number(16..<20), number(20..<24))
    guard width > 0, height > 0, width <= Self.pixelsMax, height <= Self.pixelsMax,
      width * height <= Self.pixelsMax
    else {
      throw Fault(
        reason: "has \(width) x \(height) pixels, and a logo has \(Self.pixelsMax) at most")
    }
    var unread = png[...]
    image = withUnsafeMutablePointer(to: &unread) { unread in
      cairo_image_surface_create_from_png_stream(
        { unread, bytes, count in
          guard let unread, let bytes else { return CAIRO_STATUS_READ_ERROR }
          let source = unread.assumingMemoryBound(to: ArraySlice<UInt8>.self)
          let part = source.pointee.prefix(Int(count))
          guard part.count == Int(count) else { return CAIRO_STATUS_READ_ERROR }
          source.pointee.removeFirst(part.count)
          for (index, byte) in part.enumerated() { bytes[index] = byte }
          return CAIRO_STATUS_SUCCESS
        }, unread)
    }
    guard cairo_surface_status(image) == CAIRO_STATUS_SUCCESS else {
      cairo_surface_destroy(image)
      throw Fault(reason: "is a PNG that cannot be read to its end")
    }
    let scale = min(
      Self.pointsPerPixel, Self.widthMax / Double(width), Self.heightMax / Double(height))
    size = (Double(width) * scale, Double(height) * scale)
  }

  deinit {
    cairo_surface_destroy(image)
  }

  func draw(on page: OpaquePointer?, x: Double, y: Double) {
    let width = Double(cairo_image_surface_get_width(image))
    let height = Double(cairo_image_surface_get_height(image))
    cairo_save(page)
    cairo_translate(page, x, y)
    cairo_scale(page, size.width / width, size.height / height)
    cairo_set_source_surface(page, image, 0, 0)
    cairo_paint(page)
    cairo_restore(page)
  }
}
