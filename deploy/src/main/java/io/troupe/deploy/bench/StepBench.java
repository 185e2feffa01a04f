package io.troupe.deploy.bench;

import com.typesafe.config.ConfigFactory;
import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.Timings;
import io.troupe.nn.Module;
import io.troupe.nn.bert.BertForMaskedLM;
import io.troupe.nn.graph.NodeClassifier;
import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.BCEWithLogitsLoss;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.nn.losses.Loss;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.Capability;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.protocols.graph.NodeDataset;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.graph.GraphTensors;
import io.troupe.training.graph.HeteroNodeTask;
import io.troupe.training.graph.NodeTask;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.ImageModelling;
import io.troupe.training.supervised.Monitor;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.SupervisedTrainer;
import io.troupe.training.supervised.Tally;
import io.troupe.training.supervised.TrainerConfig;
import io.troupe.training.text.MaskedLanguageModeling;
import io.troupe.training.text.MaskedUnit;
import io.troupe.training.text.TokenMasking;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A training step of a supervised model on random numbers: forward, loss, backward, optimizer. The
 * networks, shapes and optimizers are those of the PyTorch benchmarks with the same names.
 *
 * @param trainer performs the steps
 * @param batch batch of every step
 * @param module the network
 */
record StepBench(SupervisedTrainer trainer, MiniBatch batch, Module module)
    implements AutoCloseable {
  private static final String SGD = "optim = sgd, learning-rate = 0.01, momentum = 0.9";
  private static final String ADAM = "optim = adam, learning-rate = 1e-3";
  private static final String BERT = "bert";
  private static final String HGT_ADAM = "optim = adam, learning-rate = 5e-3, weight-decay = 0";
  private static final String ADAM_OF_GRAPHS =
      "optim = adam, learning-rate = 0.01, weight-decay = 5e-4";

  /**
   * A workload.
   *
   * @param settings of the model
   * @param batch examples per step
   * @param input sizes of one example; empty for graphs
   * @param optimizer in the keys of reference.conf
   */
  private record Work(String settings, int batch, int[] input, String optimizer) {}

  private static final Map<String, Work> WORKS = works();

  /** The models with a benchmark. */
  static final Set<String> NAMES = WORKS.keySet();

  private static Map<String, Work> works() {
    Map<String, Work> works = new LinkedHashMap<>();
    String leNet = "activation=relu pooling=max hidden=84";
    works.put("lenet5", new Work(leNet, 64, new int[] {1, 28, 28}, SGD));
    works.put("simplecnn", new Work("", 32, new int[] {1, 28, 28}, ADAM));
    works.put("resnet18", new Work("num_classes=1000", 8, new int[] {3, 64, 64}, SGD));
    works.put("resnet50", new Work("num_classes=1000", 8, new int[] {3, 64, 64}, SGD));
    works.put("lstm", new Work("input_size=64 hidden_size=128", 32, new int[] {64, 64}, ADAM));
    works.put("gcn", new Work("", 140, new int[0], ADAM_OF_GRAPHS));
    works.put("gat", new Work("", 140, new int[0], ADAM_OF_GRAPHS));
    works.put("hgt", new Work("heads=4 hidden_channels=64", 0, new int[0], HGT_ADAM));
    works.put("unet", new Work("base=32", 8, new int[] {3, 64, 64}, ADAM));
    String diffusion =
        "in_channels=3 image_size=64 base=32 depth=3 norm=batch time_dim=128 num_classes=0";
    String slow = "optim = adam, learning-rate = 2e-4";
    works.put("ddpm", new Work(diffusion, 8, new int[] {3, 64, 64}, slow));
    works.put(BERT, new Work("", 4, new int[] {128}, "optim = adamw, learning-rate = 1e-4"));
    return works;
  }

  /**
   * Prepares a model.
   *
   * @param name one of {@link #NAMES}
   * @param graph graph of the graph networks
   * @param typedGraph graph of the networks for several types of nodes
   * @param dense whether its features are a dense matrix
   * @param weights scope of the model's parameters
   */
  static StepBench of(
      String name,
      Supplier<NodeDataset> graph,
      Supplier<HeteroDataset> typedGraph,
      boolean dense,
      Engine engine,
      Scope weights) {
    Work work = WORKS.get(name);
    ModelEntry<?> entry = ModelRegistry.entry(name);
    if (entry.has(Capability.ClassifyTypedNodes.class)) {
      return ofTypes(work, entry, typedGraph.get(), engine, weights);
    }
    boolean isGraph = work.input.length == 0;
    NodeDataset nodes = isGraph ? graph.get() : null;
    BuiltModel<?> model;
    SupervisedTask task;
    try (Scope.Entered _ = weights.enter()) {
      model = entry.create(entry.settings(settings(work, nodes)), Initializer.of(DType.FLOAT32, 1));
      task = isGraph ? onNodes(model, nodes, dense) : task(name, model);
    }
    MiniBatch batch = isGraph ? nodes(nodes.train(), nodes.labels()) : batch(name, model, work);
    return new StepBench(trainer(work, task, engine), batch, model.module());
  }

  private static SupervisedTrainer trainer(Work work, SupervisedTask task, Engine engine) {
    OptimizerConfig optimizer =
        OptimizerConfig.from(
            ConfigFactory.parseString(
                work.optimizer + ", max-grad-norm = 0, weight-decay-on = all"));
    LearningRateSchedule schedule =
        new LearningRateSchedule(
            new ScheduleConfig.Constant(0), optimizer.learningRate(), Long.MAX_VALUE);
    return new SupervisedTrainer(task, new TrainerConfig(1, optimizer, schedule, 0), engine);
  }

  /** A step over a whole graph with several types of nodes. */
  private static StepBench ofTypes(
      Work work, ModelEntry<?> entry, HeteroDataset data, Engine engine, Scope weights) {
    Map<String, String> settings = settings(work, null);
    settings.putAll(GraphTensors.types(data));
    try (Scope.Entered _ = weights.enter()) {
      BuiltModel<?> model =
          entry.create(entry.settings(settings), Initializer.of(DType.FLOAT32, 1));
      HeteroNodeTask task =
          HeteroNodeTask.of(model.typedNodeClassifier().orElseThrow(), data, List.of());
      MiniBatch batch = nodes(data.train(), data.labels());
      return new StepBench(trainer(work, task, engine), batch, model.module());
    }
  }

  private static Map<String, String> settings(Work work, NodeDataset nodes) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String setting : work.settings.split(" ")) {
      if (!setting.isEmpty()) {
        settings.put(setting.split("=")[0], setting.split("=")[1]);
      }
    }
    if (nodes != null) {
      settings.put("in_channels", Integer.toString(nodes.features().numColumns()));
      settings.put("out_channels", Integer.toString(nodes.numClasses()));
    }
    return settings;
  }

  /** A task with a loss of the network's output and {@code target}, and no metrics. */
  private record Plain(Module module, Layer network, Loss measure) implements SupervisedTask {
    @Override
    public Tensor loss(MiniBatch batch, Philox random) {
      return measure.forward(
          network.forward(BatchTensors.of(batch, "input")), BatchTensors.of(batch, "target"));
    }

    @Override
    public void evaluate(MiniBatch batch, Philox random, Tally tally) {
      tally.add("loss", loss(batch, random).item(), 1);
    }

    @Override
    public Monitor monitor() {
      return Monitor.LOSS;
    }
  }

  private static SupervisedTask task(String name, BuiltModel<?> model) {
    if (name.equals("ddpm")) {
      return new ImageModelling(model.module(), model.objective().orElseThrow());
    }
    if (name.equals(BERT)) {
      return masked(model.maskFiller().orElseThrow());
    }
    return new Plain(
        model.module(),
        (Layer) model.module(),
        name.equals("unet") ? BCEWithLogitsLoss.of() : CrossEntropyLoss.of());
  }

  /** Masked language modeling with the special tokens of bert-base-uncased. */
  private static SupervisedTask masked(BertForMaskedLM model) {
    BitSet special = new BitSet();
    IntStream.of(0, 100, 101, 102, 103).forEach(special::set);
    int vocabSize = model.config().vocabSize();
    return new MaskedLanguageModeling(
        model, new TokenMasking(0.15, MaskedUnit.TOKEN, 103, vocabSize, special, new BitSet()));
  }

  private static MiniBatch texts(Work work, int vocabSize) {
    int count = work.batch * work.input[0];
    int[] ids = new int[count];
    int[] mask = new int[count];
    Arrays.setAll(ids, i -> 1000 + (int) ((vocabSize - 1000) * Philox.of(2).uniform(i)));
    Arrays.fill(mask, 1);
    int[] sizes = {work.batch, work.input[0]};
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input_ids", new ArrayData.Ints(ids, sizes));
    arrays.put("token_type_ids", new ArrayData.Ints(new int[count], sizes));
    arrays.put("attention_mask", new ArrayData.Ints(mask, sizes));
    return new MiniBatch(1, work.batch, arrays);
  }

  private static SupervisedTask onNodes(BuiltModel<?> model, NodeDataset data, boolean dense) {
    NodeFeatures features = GraphTensors.features(data.features());
    return new NodeTask(
        (NodeClassifier<?>) model.module(),
        GraphTensors.graph(data.edges()),
        dense ? new NodeFeatures.Dense(features.dense()) : features);
  }

  private static MiniBatch nodes(int[] train, int[] ofAll) {
    int[] labels = Arrays.stream(train).map(node -> ofAll[node]).toArray();
    int count = labels.length;
    return new MiniBatch(
        1,
        count,
        Map.of(
            "input", new ArrayData.Ints(train, count),
            "label", new ArrayData.Ints(labels, count)));
  }

  private static MiniBatch batch(String name, BuiltModel<?> model, Work work) {
    if (name.equals(BERT)) {
      return texts(work, model.maskFiller().orElseThrow().config().vocabSize());
    }
    int[] sizes = new int[work.input.length + 1];
    sizes[0] = work.batch;
    System.arraycopy(work.input, 0, sizes, 1, work.input.length);
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input", new ArrayData.Floats(numbers(2, sizes), sizes));
    Philox random = Philox.of(3);
    if (name.equals("unet")) {
      int[] mask = {sizes[0], 1, sizes[2], sizes[3]};
      float[] values = numbers(4, mask);
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] > 0.5 ? 1 : 0;
      }
      arrays.put("target", new ArrayData.Floats(values, mask));
    } else if (!name.equals("ddpm")) {
      int classes = Integer.parseInt(model.settings().values().get("num_classes"));
      int[] labels = new int[work.batch];
      Arrays.setAll(labels, i -> (int) (classes * random.uniform(i)));
      arrays.put("target", new ArrayData.Ints(labels, work.batch));
    }
    return new MiniBatch(1, work.batch, arrays);
  }

  /** Numbers in [0, 1). */
  private static float[] numbers(long seed, int... sizes) {
    float[] values = new float[Arrays.stream(sizes).reduce(1, Math::multiplyExact)];
    Philox random = Philox.of(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.uniform(i);
    }
    return values;
  }

  void step() {
    trainer.step(batch);
  }

  /**
   * The result of some steps.
   *
   * @param engine the engine of these steps only
   */
  BenchResult result(String name, Timings timings, Engine engine) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", name);
    settings.put("batch", batch.size());
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("parameters", module.numParameters());
    details.put("median_ms", 1e3 * timings.median());
    details.put("min_ms", 1e3 * timings.best());
    details.put("peak_tensor_bytes", engine.memory().peakBytes());
    return new BenchResult(
        "train",
        "train %s, batch %d".formatted(name, batch.size()),
        settings,
        "examples",
        batch.size(),
        timings,
        OptionalDouble.empty(),
        details);
  }

  @Override
  public void close() {
    trainer.close();
  }
}
