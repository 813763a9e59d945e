// The bot of simcord's script on discord.js; ../README.md says what it does.

import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  ContainerBuilder,
  Events,
  GatewayIntentBits,
  GuildScheduledEventEntityType,
  GuildScheduledEventPrivacyLevel,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  Routes,
  SectionBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';

const { SIMCORD_HTTP, SIMCORD_TOKEN } = process.env;

const client = new Client({
  intents: [
    GatewayIntentBits.Guilds,
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.GuildScheduledEvents,
  ],
  rest: { api: `${SIMCORD_HTTP}/api` },
});

const heard = { ready: 0, resumed: 0, fromBen: 0, events: 0 };
let thread;
let event;

const command = (name, ...options) => {
  const built = new SlashCommandBuilder().setName(name).setDescription(name);
  for (const [option, required] of options) {
    built.addStringOption((text) =>
      text.setName(option).setDescription(option).setRequired(required).setAutocomplete(option === 'name'));
  }
  return built;
};

const commands = [
  ...['busy', 'form', 'greet', 'heard', 'layout', 'panel', 'refused', 'whoami'].map((name) => command(name)),
  command('find', ['name', true]),
  command('pins', ['route', true]),
  command('thread', ['act', true]),
  command('event', ['act', true], ['starts', false], ['ends', false]),
];

const panel = (count) => [
  new ActionRowBuilder().addComponents(
    new ButtonBuilder().setCustomId(`press:${count}`).setLabel('Press').setStyle(ButtonStyle.Primary)),
  new ActionRowBuilder().addComponents(
    new StringSelectMenuBuilder().setCustomId('fruit').addOptions(
      { label: 'Apple', value: 'apple' }, { label: 'Pear', value: 'pear' })),
];

const layout = (text) => ({
  flags: MessageFlags.IsComponentsV2,
  components: [
    new ContainerBuilder().addSectionComponents(
      new SectionBuilder()
        .addTextDisplayComponents(new TextDisplayBuilder().setContent(`The door is ${text}`))
        .setButtonAccessory(
          new ButtonBuilder().setCustomId('open').setLabel('Open').setStyle(ButtonStyle.Primary))),
  ],
});

const form = () =>
  new ModalBuilder().setCustomId('order').setTitle('Order').addLabelComponents(
    new LabelBuilder().setLabel('Words').setTextInputComponent(
      new TextInputBuilder().setCustomId('words').setStyle(TextInputStyle.Short)),
    new LabelBuilder().setLabel('Size').setStringSelectMenuComponent(
      new StringSelectMenuBuilder().setCustomId('size').addOptions(
        { label: 'Small', value: 'small' }, { label: 'Large', value: 'large' })));

async function pins(channel, route) {
  const message = await channel.send(`pinned ${route}`);
  const isNew = route === 'new';
  const list = async () =>
    isNew
      ? (await channel.messages.fetchPins({ cache: false })).items.map((pin) => pin.message.content)
      : (await channel.messages.fetchPinned(false)).map((pinned) => pinned.content);
  // discord.js pins by the new route alone, and lists by both.
  const old = Routes.channelPin(channel.id, message.id);
  await (isNew ? message.pin() : client.rest.put(old));
  const during = await list();
  await (isNew ? message.unpin() : client.rest.delete(old));
  const after = await list();
  return `${during.join(', ')}, then ${after.join(', ') || 'nothing'}`;
}

async function threads(channel, act) {
  if (act === 'open') {
    const message = await channel.send('topic');
    thread = await message.startThread({ name: 'Topic' });
    await thread.send('in the thread');
    return 'open';
  }
  const away = act === 'close';
  const edited = await thread.edit({ archived: away, locked: away });
  return `archived ${edited.archived}, locked ${edited.locked}`;
}

async function events(guild, options) {
  const place = () => `${event.name} at ${event.entityMetadata.location}`;
  switch (options.getString('act')) {
    case 'create':
      event = await guild.scheduledEvents.create({
        name: 'Party',
        entityType: GuildScheduledEventEntityType.External,
        entityMetadata: { location: 'Kitchen' },
        privacyLevel: GuildScheduledEventPrivacyLevel.GuildOnly,
        scheduledStartTime: options.getString('starts'),
        scheduledEndTime: options.getString('ends'),
      });
      return place();
    case 'edit':
      event = await event.edit({ entityMetadata: { location: 'Roof' } });
      return place();
    default:
      await event.delete();
      return `${(await guild.scheduledEvents.fetch({ cache: false })).size} events`;
  }
}

async function greet(interaction) {
  await interaction.deferReply();
  await interaction.editReply(`Hello, ${interaction.user.displayName}!`);
  await interaction.followUp('for everybody');
  await interaction.followUp({ content: 'for you alone', flags: MessageFlags.Ephemeral });
}

async function refused(channel) {
  try {
    await channel.messages.fetch('1');
    return 'there is such a message';
  } catch (error) {
    return `${error.status} ${error.code}`;
  }
}

async function whoami(guild) {
  const application = await client.application.fetch();
  return `${client.user.username} of ${application.name} in ${guild.name}`;
}

async function carryOut(interaction) {
  const { channel, commandName, guild, options } = interaction;
  switch (commandName) {
    case 'whoami': return interaction.reply(await whoami(guild));
    case 'greet': return greet(interaction);
    case 'find': return interaction.reply(`found ${options.getString('name')}`);
    case 'panel': {
      const answer = await interaction.reply({ content: 'a panel', components: panel(0), withResponse: true });
      if (answer.resource.message.components.length !== 2) throw new Error('the answer lacks its components');
      return undefined;
    }
    case 'form': return interaction.showModal(form());
    case 'pins': return interaction.reply(await pins(channel, options.getString('route')));
    case 'thread': return interaction.reply(await threads(channel, options.getString('act')));
    case 'event': return interaction.reply(await events(guild, options));
    case 'refused': return interaction.reply(await refused(channel));
    case 'busy': return interaction.reply((await channel.send('through')).content);
    case 'layout': return interaction.reply(layout('closed'));
    case 'heard': {
      const { ready, resumed, fromBen } = heard;
      return interaction.reply(`ready ${ready}, resumed ${resumed}, from Ben ${fromBen}, events ${heard.events}`);
    }
    default: throw new Error(`no such command: ${commandName}`);
  }
}

async function answer(interaction) {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    const fruits = ['apple', 'apricot', 'pear'].filter((fruit) => fruit.startsWith(typed));
    return interaction.respond(fruits.map((fruit) => ({ name: fruit, value: fruit })));
  }
  if (interaction.isChatInputCommand()) return carryOut(interaction);
  if (interaction.isStringSelectMenu()) {
    return interaction.update({ content: `chose ${interaction.values.join(', ')}` });
  }
  if (interaction.isButton() && interaction.customId === 'open') {
    return interaction.update(layout(`opened by ${interaction.user.displayName}`));
  }
  if (interaction.isButton()) {
    const count = Number(interaction.customId.split(':')[1]) + 1;
    return interaction.update({ content: `pressed ${count}`, components: panel(count) });
  }
  if (interaction.isModalSubmit()) {
    const words = interaction.fields.getTextInputValue('words');
    const size = interaction.fields.getStringSelectValues('size').join('+');
    return interaction.reply(`words: ${words}, size: ${size}`);
  }
  throw new Error(`what is this: ${interaction.type}`);
}

client.once(Events.ClientReady, async () => {
  for (const guild of client.guilds.cache.values()) await guild.commands.set(commands);
});
client.on(Events.ShardReady, () => { heard.ready += 1; });
client.on(Events.ShardResume, () => { heard.resumed += 1; });
client.on(Events.MessageCreate, (message) => {
  if (message.author.username === 'ben') heard.fromBen += 1;
});
for (const name of [
  Events.GuildScheduledEventCreate,
  Events.GuildScheduledEventUpdate,
  Events.GuildScheduledEventDelete,
]) client.on(name, () => { heard.events += 1; });
client.on(Events.InteractionCreate, (interaction) => {
  // What fails ends the bot, so that the script says which step it was.
  answer(interaction).catch((error) => { console.error(error); process.exit(1); });
});
client.on(Events.Error, (error) => { console.error(error); process.exit(1); });

await client.login(SIMCORD_TOKEN);
