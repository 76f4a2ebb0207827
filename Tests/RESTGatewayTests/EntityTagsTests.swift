import Testing

@testable import RESTGateway

@Suite("Entity tags")
struct EntityTagsTests {
  private let tag = EntityTag(value: "a")

  @Test(arguments: [
    ("\"a\"", true, true), ("W/\"a\"", true, false), ("*", true, true), (" * ", true, true),
    ("\"b\"", false, false), ("\"b\", \"a\"", true, true), ("\"b\",W/\"a\"", true, false),
    ("\"x,y\" ,\"a\"", true, true), (", \"a\"", true, true), ("\"\"", false, false),
  ])
  func `Lists match weakly and strongly`(_ text: String, _ weakly: Bool, _ strongly: Bool) throws {
    let tags = try #require(EntityTags(text))
    #expect(tags.matches(tag) == weakly)
    #expect(tags.matchesStrongly(tag) == strongly)
  }

  @Test(arguments: ["", " ", "a", "\"a", "a\"", "\"a\"b", "w/\"a\"", "\"a\"\"b\"", ",", "*, \"a\""])
  func `Anything else is no list`(_ text: String) {
    #expect(EntityTags(text) == nil)
  }
}
