package io.troupe.streams.http.request;

import io.troupe.serving.model.ServedModel;
import io.troupe.serving.request.JsonFields;
import io.troupe.streams.http.error.ApiError;
import io.troupe.streams.http.error.ApiException;

/** The field {@code model}: the name of the served model, or nothing. */
public final class ModelField {
  private ModelField() {}

  /**
   * Reads the field.
   *
   * @throws ApiException with status 404 if the model is not served
   */
  public static void check(JsonFields fields, ServedModel model) {
    fields
        .text("model")
        .filter(name -> !name.equals(model.name()))
        .ifPresent(
            name -> {
              throw new ApiException(ApiError.modelNotFound(model.name(), name));
            });
  }
}
