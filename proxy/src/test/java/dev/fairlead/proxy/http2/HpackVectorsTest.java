package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.HeadBuilder;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7541's appendix C, byte for byte; and what its rules say of blocks that are none. */
class HpackVectorsTest {
  private final HeadBuilder builder = new HeadBuilder(Blocks.LIMITS);

  private void request(HpackDecoder decoder, String hex, String lines, int tableSize) {
    check(decoder, new RequestHead(Blocks.LIMITS), hex, lines, tableSize);
  }

  private void response(HpackDecoder decoder, String hex, String lines, int tableSize) {
    check(decoder, new ResponseHead(Blocks.LIMITS), hex, lines, tableSize);
  }

  private void check(HpackDecoder decoder, Head head, String hex, String lines, int tableSize) {
    assertThat(Blocks.decode(decoder, Blocks.hex(hex), builder, head)).as(hex).isTrue();
    assertThat(Blocks.text(head)).isEqualTo(lines);
    assertThat(decoder.table().size()).isEqualTo(tableSize);
  }

  @Test
  void literalsAreReadInAllTheirForms() {
    HpackDecoder decoder = new HpackDecoder(4096);
    check(
        decoder,
        new TrailerHead(10),
        "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
        "custom-key: custom-header||",
        55);
    TrailerHead secret = new TrailerHead(10);
    check(
        new HpackDecoder(4096),
        secret,
        "1008 7061 7373 776f 7264 0673 6563 7265 74",
        "password: secret||",
        0);
  }

  @Test
  void requestsWithoutHuffmanCoding() {
    HpackDecoder decoder = new HpackDecoder(4096);
    request(
        decoder,
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "GET / HTTP/1.1|host: www.example.com||",
        57);
    request(
        decoder,
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "GET / HTTP/1.1|host: www.example.com|cache-control: no-cache||",
        110);
    request(
        decoder,
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
        "GET /index.html HTTP/1.1|host: www.example.com|custom-key: custom-value||",
        164);
  }

  @Test
  void requestsWithHuffmanCoding() {
    HpackDecoder decoder = new HpackDecoder(4096);
    request(
        decoder,
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "GET / HTTP/1.1|host: www.example.com||",
        57);
    request(
        decoder,
        "8286 84be 5886 a8eb 1064 9cbf",
        "GET / HTTP/1.1|host: www.example.com|cache-control: no-cache||",
        110);
    request(
        decoder,
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        "GET /index.html HTTP/1.1|host: www.example.com|custom-key: custom-value||",
        164);
  }

  private static final String DATE = "date: Mon, 21 Oct 2013 20:13:21 GMT|";
  private static final String LOCATION = "location: https://www.example.com||";

  @Test
  void responsesWithoutHuffmanCodingThatEvict() {
    HpackDecoder decoder = new HpackDecoder(256);
    response(
        decoder,
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
            + "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70"
            + "6c65 2e63 6f6d",
        "HTTP/1.1 302 |cache-control: private|" + DATE + LOCATION,
        222);
    response(
        decoder,
        "4803 3330 37c1 c0bf",
        "HTTP/1.1 307 |cache-control: private|" + DATE + LOCATION,
        222);
    response(
        decoder,
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d"
            + "54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049"
            + "5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e"
            + "3d31",
        "HTTP/1.1 200 |cache-control: private|date: Mon, 21 Oct 2013 20:13:22 GMT|"
            + "location: https://www.example.com|content-encoding: gzip|"
            + "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1||",
        215);
  }

  @Test
  void responsesWithHuffmanCodingThatEvict() {
    HpackDecoder decoder = new HpackDecoder(256);
    response(
        decoder,
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
            + "2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
        "HTTP/1.1 302 |cache-control: private|" + DATE + LOCATION,
        222);
    response(
        decoder,
        "4883 640e ffc1 c0bf",
        "HTTP/1.1 307 |cache-control: private|" + DATE + LOCATION,
        222);
    response(
        decoder,
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
            + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f"
            + "9587 3160 65c0 03ed 4ee5 b106 3d50 07",
        "HTTP/1.1 200 |cache-control: private|date: Mon, 21 Oct 2013 20:13:22 GMT|"
            + "location: https://www.example.com|content-encoding: gzip|"
            + "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1||",
        215);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "index 0 is nobody,                         80",
    "an index past both tables,                 be",
    "a name's index past both tables,           7f 00 01 61",
    "an index that does not fit,                ff ff ff ff ff 0f",
    "an integer with more bytes than it needs,  ff 80 80 80 80 80 00",
    "an integer cut off,                        ff 80",
    "a form without its strings,                40",
    "a string longer than the block,            00 01 61 05 62",
    "a length cut off,                          00 7f",
    "a larger table than we allow,              3f e2 1f",
    "a table's size behind a field,             82 20",
    "Huffman padding of eight bits,             00 01 61 82 1f ff",
    "Huffman padding with zeros,                00 01 61 81 18",
    "Huffman with EOS,                          00 01 61 84 ff ff ff ff",
    "a Huffman code cut off,                    00 01 61 81 fe",
  })
  void whatIsNoBlockEndsTheConnection(String what, String hex) {
    HpackDecoder decoder = new HpackDecoder(4096);
    TrailerHead head = new TrailerHead(10);
    assertThat(Blocks.decode(decoder, Blocks.hex(hex), builder, head)).isFalse();
  }

  @Test
  void aTableThatMustShrinkShrinksFirst() {
    HpackDecoder decoder = new HpackDecoder(4096);
    decoder.limit(256);
    TrailerHead head = new TrailerHead(10);
    assertThat(Blocks.decode(decoder, Blocks.hex("0001 6101 62"), builder, head)).isFalse();
    assertThat(Blocks.decode(decoder, Blocks.hex("3fe1 0100 0161 0162"), builder, head)).isTrue();
    assertThat(Blocks.text(head)).isEqualTo("a: b||");
  }

  @Test
  void aFieldLargerThanTheTableEmptiesIt() {
    HpackDecoder decoder = new HpackDecoder(4096);
    TrailerHead head = new TrailerHead(10);
    byte[] small = Blocks.hex("3f 21 40 01 61 01 62"); // 64 bytes at most
    assertThat(Blocks.decode(decoder, small, builder, head)).isTrue();
    assertThat(decoder.table().count()).isEqualTo(1);
    byte[] large = Blocks.hex("40 01 61 20 " + "62".repeat(32));
    assertThat(Blocks.decode(decoder, large, builder, head)).isTrue();
    assertThat(decoder.table().count()).isZero();
    assertThat(Blocks.text(head)).isEqualTo("a: " + "b".repeat(32) + "||");
  }
}
