package dev.fairlead.app.operate;

/**
 * What becomes of an order or a question.
 *
 * @param status as HTTP has it: 200 in force, 202 taken and not in force yet, 400 no order, 404 of
 *     nothing that there is, 409 not as things stand
 * @param body an object to be shown, or a text that says why not
 */
public record Answer(int status, Object body) {
  static Answer of(Object body) {
    return new Answer(200, body);
  }
}
