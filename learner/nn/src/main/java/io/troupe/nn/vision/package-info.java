/**
 * Networks over images. Classifiers: {@link io.troupe.nn.vision.LeNet5}, {@link
 * io.troupe.nn.vision.SimpleCNN}, and torchvision's {@link io.troupe.nn.vision.AlexNet}, {@link
 * io.troupe.nn.vision.VGG}, {@link io.troupe.nn.vision.GoogLeNet} and {@link
 * io.troupe.nn.vision.ResNet}, whose published weights load unchanged. The {@link
 * io.troupe.nn.vision.UNet} maps images to images.
 */
package io.troupe.nn.vision;
