"""Understanding what a citizen asks: features, training, the ONNX model, and running it."""
