package io.troupe.nn.registry;

/** The families of models, in the order in which they are listed. */
public enum Family {
  /** Fully connected networks. */
  MLP("MLP"),
  /** Convolutional classifiers of images. */
  CNN("CNN"),
  /** Classifiers of images that attend to patches. */
  VISION_TRANSFORMER("vision transformer"),
  /** Recurrent networks over sequences. */
  RNN("RNN"),
  /** Networks over graphs. */
  GNN("GNN"),
  /** Images to images. */
  VISION("vision"),
  /** Images and texts in one space. */
  IMAGES_AND_TEXT("images and text"),
  /** Models of images: autoencoders, diffusion. */
  GENERATIVE("generative"),
  /** Encoders of texts. */
  ENCODER("encoder"),
  /** Decoder language models, loaded from Hugging Face folders. */
  LANGUAGE("language");

  private final String title;

  Family(String title) {
    this.title = title;
  }

  /** The name shown in tables. */
  public String title() {
    return title;
  }
}
