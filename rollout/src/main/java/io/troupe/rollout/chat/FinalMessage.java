package io.troupe.rollout.chat;

import io.troupe.rollout.jinja.value.PythonStrings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The message that a completion continues. As in transformers, a tag is added to its text, and the
 * rendered text is cut off where the tag appears.
 *
 * @param tagged the conversation with the tag
 * @param text of the message without the tag
 */
record FinalMessage(Conversation tagged, String text) {
  private static final String TAG = "CONTINUE_FINAL_MESSAGE_TAG ";
  private static final String CONTENT = "content";
  private static final String TEXT = "text";

  /**
   * Adds the tag to a conversation.
   *
   * @throws IllegalArgumentException if the message has no text, or the template does not read it
   */
  static FinalMessage of(Conversation conversation, String template) {
    Map<String, Object> last = new LinkedHashMap<>(conversation.messages().getLast());
    if (!template.contains(CONTENT)) {
      throw new IllegalArgumentException(
          "the chat template must read the content of messages to continue the last one");
    }
    String text = replaceContent(last);
    List<Map<String, Object>> messages =
        new ArrayList<>(conversation.messages().subList(0, conversation.messages().size() - 1));
    messages.add(last);
    return new FinalMessage(new Conversation(messages, conversation.tools()), text);
  }

  /** Adds the tag to the content of a message and returns the text without it. */
  private static String replaceContent(Map<String, Object> message) {
    Object content = message.get(CONTENT);
    if (content instanceof String text) {
      message.put(CONTENT, text + TAG);
      return text;
    }
    if (content instanceof List<?> parts) {
      List<Object> tagged = new ArrayList<>(parts);
      for (int i = tagged.size() - 1; i >= 0; i--) {
        if (tagged.get(i) instanceof Map<?, ?> part && part.get(TEXT) instanceof String text) {
          Map<Object, Object> replaced = new LinkedHashMap<>(part);
          replaced.put(TEXT, text + TAG);
          tagged.set(i, replaced);
          message.put(CONTENT, tagged);
          return text;
        }
      }
    }
    throw new IllegalArgumentException(
        "the last message must have text to continue, got content " + content);
  }

  /**
   * The rendered text up to the end of the message.
   *
   * @throws IllegalArgumentException if the template has changed the message
   */
  String cut(String rendered) {
    int end = rendered.lastIndexOf(PythonStrings.strip(TAG));
    if (end < 0 || !rendered.contains(PythonStrings.strip(text))) {
      throw new IllegalArgumentException(
          "the chat template must keep the text of the last message, which the completion"
              + " continues; the rendered text does not contain it");
    }
    boolean keepsSpace = rendered.startsWith(TAG, end);
    String before = rendered.substring(0, end);
    return keepsSpace ? before : PythonStrings.stripEnd(before);
  }
}
